"""What a batch came to, as metrics and log lines."""

from collections import Counter
from collections.abc import Sequence

from aws_lambda_powertools import Logger, Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from inference.classify import Answer
from inference.faults import OutOfTime, TransientFault
from inference.messages import Rejection
from pipeline.records import Record, receive_count


def report(
    logger: Logger, metrics: Metrics, answers: Sequence[Answer], failed: Sequence[tuple[Record, BaseException]]
) -> None:
    """Count predictions, rejections (by code), retries and hand-backs, and the seconds of each step; log what failed.

    Addresses stay out of the log, since their queries may be secrets.
    """
    rejections = [answer.result for answer in answers if isinstance(answer.result, Rejection)]
    late = sum(isinstance(fault, OutOfTime) for _, fault in failed)
    metrics.add_metric("Predictions", MetricUnit.Count, len(answers) - len(rejections))
    metrics.add_metric("Rejections", MetricUnit.Count, len(rejections))
    metrics.add_metric("Retries", MetricUnit.Count, len(failed) - late)
    metrics.add_metric("HandedBack", MetricUnit.Count, late)
    for answer in answers:
        for step, seconds in answer.steps.items():
            metrics.add_metric(f"{step.capitalize()}Seconds", MetricUnit.Seconds, seconds)
    for code, count in Counter(rejection.code for rejection in rejections).items():
        with single_metric("RejectionsByCode", MetricUnit.Count, count) as metric:
            metric.add_dimension("code", str(code))
    for rejection in rejections:
        logger.info("Rejected", id=rejection.id, code=str(rejection.code), reason=rejection.message)
    for record, fault in failed:
        known = isinstance(fault, TransientFault)
        (logger.info if known else logger.error)(
            "Handed back" if isinstance(fault, OutOfTime) else "To be tried again",
            message_id=record["messageId"],
            receives=receive_count(record),
            reason=f"{type(fault).__name__}: {fault}",
            exc_info=None if known else fault,
        )


def report_unanswered(logger: Logger, metrics: Metrics, unanswered: Sequence[tuple[str, BaseException]]) -> None:
    """Count and log those (id, what was met last) that nothing will try again."""
    metrics.add_metric("FailedItems", MetricUnit.Count, len(unanswered))
    for id_, fault in unanswered:
        known = isinstance(fault, TransientFault)
        (logger.info if known else logger.error)(
            "Given up", id=id_, reason=f"{type(fault).__name__}: {fault}", exc_info=None if known else fault
        )
