"""What a batch came to, as metrics and log lines."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from aws_lambda_powertools import Logger, Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from inference.classify import Answer
from inference.faults import ModelFault, OutOfTime, TransientFault
from inference.messages import Prediction, Rejection
from pipeline.by_model import ByModel
from pipeline.records import Record, receive_count


@contextmanager
def counting(metrics: Metrics) -> Iterator[None]:
    """Count the fault that fails a whole call, for what calls again to see."""
    try:
        yield
    except (TransientFault, ModelFault) as fault:
        metrics.add_metric("ModelFaults" if isinstance(fault, ModelFault) else "Retries", MetricUnit.Count, 1)
        raise


def report(
    logger: Logger,
    metrics: Metrics,
    answers: Sequence[Answer],
    failed: Sequence[tuple[Record, BaseException]] = (),
    *,
    several_models: bool = False,
) -> None:
    """Count predictions, rejections (by code), retries and hand-backs, and the seconds of each step; log what failed.

    Of several models each has its predictions counted, too. Addresses stay out of the log, since their queries may be
    secrets.
    """
    rejections = [answer.result for answer in answers if isinstance(answer.result, Rejection)]
    late = sum(isinstance(fault, OutOfTime) for _, fault in failed)
    sick = _count_model_faults(metrics, [fault for _, fault in failed])
    metrics.add_metric("Predictions", MetricUnit.Count, len(answers) - len(rejections))
    metrics.add_metric("Rejections", MetricUnit.Count, len(rejections))
    metrics.add_metric("Retries", MetricUnit.Count, len(failed) - late - sick)
    metrics.add_metric("HandedBack", MetricUnit.Count, late)
    for answer in answers:
        for step, seconds in answer.steps.items():
            metrics.add_metric(f"{step.capitalize()}Seconds", MetricUnit.Seconds, seconds)
    for code, count in Counter(rejection.code for rejection in rejections).items():
        with single_metric("RejectionsByCode", MetricUnit.Count, count) as metric:
            metric.add_dimension("code", str(code))
    if several_models:
        _count_by_model([answer.result for answer in answers])
    for rejection in rejections:
        logger.info("Rejected", id=rejection.id, code=str(rejection.code), reason=rejection.message)
    for record, fault in failed:
        what = "Handed back" if isinstance(fault, OutOfTime) else "To be tried again"
        _log(logger, what, fault, message_id=record["messageId"], receives=receive_count(record))


def report_unanswered(logger: Logger, metrics: Metrics, unanswered: Sequence[tuple[str, BaseException]]) -> None:
    """Count and log those (id, what was met last) that nothing will try again."""
    metrics.add_metric("FailedItems", MetricUnit.Count, len(unanswered))
    _count_model_faults(metrics, [fault for _, fault in unanswered])
    for id_, fault in unanswered:
        _log(logger, "Given up", fault, id=id_)


def _count_by_model(results: Sequence[Prediction | Rejection]) -> None:
    by_model = ByModel()
    predictions = (result for result in results if isinstance(result, Prediction))
    for model, count in Counter(prediction.model_name for prediction in predictions).items():
        by_model.add(model, "PredictionsByModel", count)
    by_model.flush()


def _count_model_faults(metrics: Metrics, faults: Sequence[BaseException]) -> int:
    """How many there are; the metric is there, and paid for, only when there are some."""
    sick = sum(isinstance(fault, ModelFault) for fault in faults)
    if sick:
        metrics.add_metric("ModelFaults", MetricUnit.Count, sick)
    return sick


def _log(logger: Logger, what: str, fault: BaseException, **who: Any) -> None:
    """A transient fault is news, a sick model an error, and anything else a bug, told with its traceback."""
    reason = f"{type(fault).__name__}: {fault}"
    bug = None if isinstance(fault, TransientFault | ModelFault) else fault
    (logger.info if isinstance(fault, TransientFault) else logger.error)(what, **who, reason=reason, exc_info=bug)
