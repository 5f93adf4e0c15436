"""What becomes of images, for people to see: counts, and of each image one log line and its part of a trace."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from aws_lambda_powertools import Logger, Metrics

from inference.models.registry import ModelRegistry
from pipeline.work_item import Image
from telemetry import segment
from telemetry.image_metrics import count, count_call
from telemetry.outcome import Outcome, ending


class Recorder:
    """Tells of images to a function's log, metrics and traces; `last`: of what it fails to answer nothing comes again.

    Addresses stay out, since their queries may be secrets.
    """

    def __init__(self, logger: Logger, metrics: Metrics, models: ModelRegistry, *, last: bool = False) -> None:
        self._logger = logger
        self._metrics = metrics
        self._models = models
        self._last = last

    @contextmanager
    def of(self, images: Sequence[Image]) -> Iterator[None]:
        """Tell of the images once all have their outcome; whatever is raised is the outcome of them all."""
        try:
            yield
        except Exception as fault:
            count_call(self._metrics, fault)
            for image in images:
                image.outcome = fault
            self._tell(images, last=False)
            raise
        count(self._metrics, images, last=self._last, several_models=len(self._models) > 1)
        self._tell(images, last=self._last)

    def _tell(self, images: Sequence[Image], *, last: bool) -> None:
        for image in images:
            ended = ending(image, self._models.default_name, last=last)
            self._log(image, ended)
            segment.send(image, ended)

    def _log(self, image: Image, ended: Outcome) -> None:
        """A transient fault is news, a sick model an error, and anything else a bug, told with its traceback."""
        fields = {
            "id": image.id,
            "message_id": image.record["messageId"] if image.record else None,
            "receives": image.receives if image.record else None,
            "model": ended.model,
            "code": ended.code,
            "reason": ended.reason,
            "seconds": ended.seconds,
            "trace": image.trace.root if image.trace and image.record else None,
        }
        tell = self._logger.error if ended.bug or ended.code == "model_error" else self._logger.info
        tell(ended.word, extra=fields, exc_info=ended.bug)
