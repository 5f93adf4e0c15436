"""Powertools' partial batch, its records answered at once and acknowledged only when their results were accepted."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from inference.classify import Answer
from inference.deadline import Deadline
from pipeline.carry import carry
from pipeline.outbox import Outbox
from pipeline.records import Record

# Kept of the function's time for the last results to be sent and the failed messages to be postponed.
RESERVED_SECONDS = 1.5


class ImageBatch(BatchProcessor):
    """A batch whose record handler, `handler(record, deadline) -> Answer`, runs for many records at once.

    After it: `answers` are those that the outbox accepted, `failed` the records that must come again, each with its
    fault. Needs the function's context, to know how much time is left.
    """

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(EventType.SQS, raise_on_entire_batch_failure=False)
        self._outbox = outbox
        self._outcomes: list[Answer | BaseException] = []

    @property
    def answers(self) -> list[Answer]:
        return [outcome for outcome in self._outcomes if isinstance(outcome, Answer)]

    @property
    def failed(self) -> list[tuple[Record, BaseException]]:
        return [
            (record, outcome)
            for record, outcome in zip(self.records, self._outcomes, strict=True)
            if isinstance(outcome, BaseException)
        ]

    def _prepare(self) -> None:
        super()._prepare()  # type: ignore[no-untyped-call]
        seconds = self.lambda_context.get_remaining_time_in_millis() / 1000 - RESERVED_SECONDS
        self._outcomes = carry(self.records, self.handler, self._outbox, Deadline(seconds))

    def process(self) -> list[tuple[Any, ...]]:
        """Settle each record as its outcome says."""
        return [self._settle(SQSRecord(record), self._outcomes[index]) for index, record in enumerate(self.records)]

    def _settle(self, record: SQSRecord, outcome: Answer | BaseException) -> tuple[Any, ...]:
        if isinstance(outcome, Answer):
            return self.success_handler(record, outcome)
        return self.failure_handler(record, (type(outcome), outcome, outcome.__traceback__))
