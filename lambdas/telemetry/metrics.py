"""Metrics of processed images, by function and by model."""

from collections import Counter
from collections.abc import Sequence

from aws_lambda_powertools import Metrics, single_metric
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from inference.classify import Classification
from inference.errors import ModelError, OutOfTimeError, TransientError
from inference.messages import Prediction, Rejection
from telemetry.work_item import WorkItem


class ModelMetrics:
    """Metrics with the single dimension `model`, so that a model costs the same however many functions run it.

    Values are collected until `flush` writes them, one line per model.
    """

    def __init__(self) -> None:
        self._metrics: dict[str, EphemeralMetrics] = {}

    def add(self, model: str, name: str, value: float, unit: MetricUnit = MetricUnit.Count) -> None:
        """Add one value of a model's metric."""
        if model not in self._metrics:
            # An empty service keeps Powertools from adding its own dimension.
            self._metrics[model] = EphemeralMetrics(dimension_set={"model": model}, service="")
        self._metrics[model].add_metric(name, unit, value)

    def flush(self) -> None:
        """Write all values that Powertools has not written yet."""
        for metrics in self._metrics.values():
            if metrics.metric_set:  # empty if the last value was the hundredth, which makes Powertools write them
                metrics.flush_metrics()
        self._metrics.clear()


def add_image_metrics(metrics: Metrics, items: Sequence[WorkItem], *, final: bool, by_model: bool) -> None:
    """Add the counts of outcomes, the count of rejections by code, and the seconds of each stage.

    Args:
        metrics: The function's metrics.
        items: The images of one call, each with its outcome.
        final: Failures will not be retried, so they count as FailedItems instead of Retries and ReturnedToQueue.
        by_model: Count the predictions of each model, too.
    """
    classifications = [item.outcome for item in items if isinstance(item.outcome, Classification)]
    errors = [item.outcome for item in items if not isinstance(item.outcome, Classification)]
    rejections = [entry.result for entry in classifications if isinstance(entry.result, Rejection)]
    metrics.add_metric("Predictions", MetricUnit.Count, len(classifications) - len(rejections))
    metrics.add_metric("Rejections", MetricUnit.Count, len(rejections))
    _add_errors(metrics, errors, final=final)
    for classification in classifications:
        for stage, seconds in classification.timings.items():
            metrics.add_metric(f"{stage.capitalize()}Seconds", MetricUnit.Seconds, seconds)
    for code, number in Counter(rejection.code for rejection in rejections).items():
        with single_metric("RejectionsByCode", MetricUnit.Count, number) as metric:
            metric.add_dimension("code", str(code))
    if by_model:
        _add_predictions_by_model([entry.result for entry in classifications if isinstance(entry.result, Prediction)])


def add_call_error(metrics: Metrics, error: BaseException) -> None:
    """Count an error that fails a whole call, for which the caller retries."""
    if isinstance(error, TransientError | ModelError):
        metrics.add_metric("ModelErrors" if isinstance(error, ModelError) else "Retries", MetricUnit.Count, 1)


def _add_errors(metrics: Metrics, errors: Sequence[BaseException | None], *, final: bool) -> None:
    out_of_time = sum(isinstance(error, OutOfTimeError) for error in errors)
    model_errors = sum(isinstance(error, ModelError) for error in errors)
    metrics.add_metric("Retries", MetricUnit.Count, 0 if final else len(errors) - out_of_time - model_errors)
    metrics.add_metric("ReturnedToQueue", MetricUnit.Count, 0 if final else out_of_time)
    if final:
        metrics.add_metric("FailedItems", MetricUnit.Count, len(errors))
    if model_errors:  # CloudWatch bills a metric only in the hours in which it is written
        metrics.add_metric("ModelErrors", MetricUnit.Count, model_errors)


def _add_predictions_by_model(predictions: Sequence[Prediction]) -> None:
    metrics = ModelMetrics()
    for model, number in Counter(prediction.model_name for prediction in predictions).items():
        metrics.add(model, "PredictionsByModel", number)
    metrics.flush()
