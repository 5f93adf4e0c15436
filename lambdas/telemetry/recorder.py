"""Records what happened to images: metrics, one log line per image, and its segment of a trace."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from aws_lambda_powertools import Logger, Metrics

from inference.models.registry import ModelRegistry
from telemetry.metrics import add_call_error, add_image_metrics
from telemetry.outcome import Outcome
from telemetry.segment import send_segment
from telemetry.work_item import WorkItem


class Recorder:
    """Records each image's outcome in logs, metrics and traces.

    Addresses are never recorded, because their queries may contain secrets.
    """

    def __init__(self, logger: Logger, metrics: Metrics, models: ModelRegistry, *, final: bool = False) -> None:
        """Create a recorder.

        Args:
            logger: The function's logger.
            metrics: The function's metrics.
            models: The deployed models.
            final: Failures will not be retried.
        """
        self._logger = logger
        self._metrics = metrics
        self._models = models
        self._final = final

    @contextmanager
    def record(self, items: Sequence[WorkItem]) -> Iterator[None]:
        """Record the outcomes of the images when the block ends.

        An exception that leaves the block becomes the outcome of every image, and the caller of the function retries.

        Args:
            items: The images. The block may still add images and sets their outcomes.
        """
        try:
            yield
        except Exception as error:
            add_call_error(self._metrics, error)
            for item in items:
                item.outcome = error
            self._record_each(items, final=False)
            raise
        add_image_metrics(self._metrics, items, final=self._final, by_model=len(self._models) > 1)
        self._record_each(items, final=self._final)

    def _record_each(self, items: Sequence[WorkItem], *, final: bool) -> None:
        for item in items:
            outcome = Outcome.from_item(item, self._models.default_name, final=final)
            self._log(item, outcome)
            send_segment(item, outcome)

    def _log(self, item: WorkItem, outcome: Outcome) -> None:
        """Log at level ERROR if a person has to act (model error, defect), else at INFO."""
        fields = {
            "id": item.id,
            "message_id": item.record["messageId"] if item.record else None,
            "receives": item.receives if item.record else None,
            "model": outcome.model,
            "code": outcome.code,
            "reason": outcome.reason,
            "seconds": outcome.seconds,
            "trace": item.trace.root if item.trace and item.record else None,
        }
        log = self._logger.error if outcome.unexpected or outcome.code == "model_error" else self._logger.info
        log(outcome.message, extra=fields, exc_info=outcome.unexpected)
