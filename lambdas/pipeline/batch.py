"""Powertools' partial batch, its images answered at once and acknowledged only when their results were accepted."""

from collections.abc import Callable, Sequence
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from inference.classify import Classification
from inference.deadline import Deadline
from pipeline.classify_and_send import carry
from pipeline.outbox import Outbox
from pipeline.records import Record
from pipeline.work_item import Image


class ImageBatch(BatchProcessor):
    """A batch of messages whose images are answered many at once.

    After `run`: `answers` are those that the outbox accepted, `answered` their records, `failed` the records that must
    come again, each with its fault.
    """

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(EventType.SQS, raise_on_entire_batch_failure=False)
        self._outbox = outbox
        self._images: Sequence[Image] = ()
        self._deadline = Deadline(0)

    def run(
        self, images: Sequence[Image], answer: Callable[[Image, Deadline], Classification], deadline: Deadline
    ) -> None:
        """Classification the images of the messages that brought them, by the deadline or soon after it."""
        self._images, self._deadline = images, deadline
        with self([image.record for image in images if image.record], answer):
            self.process()

    @property
    def answers(self) -> list[Classification]:
        return [image.outcome for image in self._images if isinstance(image.outcome, Classification)]

    @property
    def answered(self) -> list[Record]:
        return [image.record for image in self._images if image.record and isinstance(image.outcome, Classification)]

    @property
    def failed(self) -> list[tuple[Record, BaseException]]:
        return [
            (image.record, image.outcome)
            for image in self._images
            if image.record and isinstance(image.outcome, BaseException)
        ]

    def _prepare(self) -> None:
        super()._prepare()  # type: ignore[no-untyped-call]
        carry(self._images, self.handler, self._outbox, self._deadline)

    def process(self) -> list[tuple[Any, ...]]:
        """Settle each message as its image's outcome says."""
        return [self._settle(SQSRecord(image.record), image.outcome) for image in self._images if image.record]

    def _settle(self, record: SQSRecord, outcome: Any) -> tuple[Any, ...]:
        if isinstance(outcome, Classification):
            return self.success_handler(record, outcome)
        return self.failure_handler(record, (type(outcome), outcome, outcome.__traceback__))
