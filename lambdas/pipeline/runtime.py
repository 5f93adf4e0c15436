"""The state that a function which classifies images creates once per process, while it starts."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from inference.classify import Classification, classify_sample, classify_task
from inference.deadline import Deadline
from inference.fetch.fetcher import Fetcher
from inference.models.registry import ModelRegistry
from telemetry.compact_logger import compact_logger
from telemetry.recorder import Recorder
from telemetry.shadows import compare_shadows
from telemetry.work_item import WorkItem


@dataclass(frozen=True, slots=True)
class Runtime:
    """The models, the fetcher and the telemetry of a function that classifies images."""

    logger: Logger
    metrics: Metrics
    tracer: Tracer
    fetcher: Fetcher
    models: ModelRegistry
    recorder: Recorder
    reserved_seconds: float

    @classmethod
    def start(cls, *, reserved_seconds: float, final: bool = False) -> "Runtime":
        """Create the runtime from the function's environment and load the default model.

        A model that cannot be loaded yet is logged, and loaded again by the first call that needs it.

        Args:
            reserved_seconds: Time to keep of each call for the work that follows the classification.
            final: Failures will not be retried.

        Raises:
            ValueError: A setting is invalid.
        """
        logger, metrics = compact_logger(), Metrics()
        fetcher, models = Fetcher.from_environment(os.environ), ModelRegistry.from_environment(os.environ)
        recorder = Recorder(logger, metrics, models, final=final)
        for problem in models.preload():
            logger.warning("Model could not be loaded yet", reason=problem)
        return cls(logger, metrics, Tracer(auto_patch=False), fetcher, models, recorder, reserved_seconds)

    def instrument(self, handler: Callable[..., Any]) -> Callable[..., Any]:
        """Decorate a handler with the context of log lines, a trace segment and the metrics of each call."""
        measured = self.metrics.log_metrics(handler, capture_cold_start_metric=True)
        traced = self.tracer.capture_lambda_handler(measured, capture_response=False)
        return self.logger.inject_lambda_context(traced)

    def compute_deadline(self, context: LambdaContext) -> Deadline:
        """Return when classification has to end, so that the reserved time is left."""
        return Deadline(context.get_remaining_time_in_millis() / 1000 - self.reserved_seconds)

    def classify(self, item: WorkItem, deadline: Deadline) -> Classification:
        """Classify an image with the model that its task names; errors are those of `inference`."""
        return classify_task(item.task, self.models, self.fetcher.fetch, deadline, item.timings)

    def classify_sample(self, item: WorkItem, deadline: Deadline) -> Classification:
        """Classify the sample image of the default model."""
        return classify_sample(self.models, item.id, deadline, item.timings)

    def compare_shadows(self, items: Sequence[WorkItem], deadline: Deadline) -> None:
        """Let shadow models score the classified images in the time that is left."""
        outcomes = [item.outcome for item in items if isinstance(item.outcome, Classification)]
        compare_shadows(self.logger, outcomes, deadline)
