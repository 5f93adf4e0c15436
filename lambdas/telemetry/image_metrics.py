"""What images came to, as metrics."""

from collections import Counter
from collections.abc import Sequence

from aws_lambda_powertools import Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from inference.classify import Classification
from inference.errors import ModelError, OutOfTimeError, TransientError
from inference.messages import Prediction, Rejection
from pipeline.work_item import Image
from telemetry.model_metrics import ByModel


def count(metrics: Metrics, images: Sequence[Image], *, last: bool, several_models: bool) -> None:
    """Count predictions, rejections (by code), what is tried again or (`last`) is not, and each step's seconds.

    Of several models each has its predictions counted, too.
    """
    answers = [image.outcome for image in images if isinstance(image.outcome, Classification)]
    faults = [image.outcome for image in images if not isinstance(image.outcome, Classification)]
    rejections = [answer.result for answer in answers if isinstance(answer.result, Rejection)]
    metrics.add_metric("Predictions", MetricUnit.Count, len(answers) - len(rejections))
    metrics.add_metric("Rejections", MetricUnit.Count, len(rejections))
    _count_faults(metrics, faults, last=last)
    for answer in answers:
        for step, seconds in answer.timings.items():
            metrics.add_metric(f"{step.capitalize()}Seconds", MetricUnit.Seconds, seconds)
    for code, number in Counter(rejection.code for rejection in rejections).items():
        with single_metric("RejectionsByCode", MetricUnit.Count, number) as metric:
            metric.add_dimension("code", str(code))
    if several_models:
        _count_by_model([answer.result for answer in answers if isinstance(answer.result, Prediction)])


def count_call(metrics: Metrics, fault: BaseException) -> None:
    """Count the fault that fails a whole call, for what calls again to see."""
    if isinstance(fault, TransientError | ModelError):
        metrics.add_metric("ModelErrors" if isinstance(fault, ModelError) else "Retries", MetricUnit.Count, 1)


def _count_faults(metrics: Metrics, faults: Sequence[BaseException | None], *, last: bool) -> None:
    late = sum(isinstance(fault, OutOfTimeError) for fault in faults)
    sick = sum(isinstance(fault, ModelError) for fault in faults)
    metrics.add_metric("Retries", MetricUnit.Count, 0 if last else len(faults) - late - sick)
    metrics.add_metric("ReturnedToQueue", MetricUnit.Count, 0 if last else late)
    if last:
        metrics.add_metric("FailedItems", MetricUnit.Count, len(faults))
    if sick:  # the metric is there, and paid for, only then
        metrics.add_metric("ModelErrors", MetricUnit.Count, sick)


def _count_by_model(predictions: Sequence[Prediction]) -> None:
    by_model = ByModel()
    for model, number in Counter(prediction.model_name for prediction in predictions).items():
        by_model.add(model, "PredictionsByModel", number)
    by_model.flush()
