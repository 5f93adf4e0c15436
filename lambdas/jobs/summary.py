"""The summary of a job: how many of its items were predicted, rejected or failed, and where the results are."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from jobs.records import select_counts


def summarize(job: str, counts: Mapping[str, int], results: str) -> dict[str, Any]:
    """Return the output of the last state of a job.

    Args:
        job: Name of the job.
        counts: Number of records by kind.
        results: Address of the results, an object or a folder.
    """
    selected = select_counts(counts)
    return {"job": job, "items": sum(selected.values()), **selected, "results": results}


def report_summary(logger: Logger, metrics: Metrics, summary: Mapping[str, Any]) -> None:
    """Log the summary of a job, and count its failed items for the alarm."""
    metrics.add_metric("FailedItems", MetricUnit.Count, summary["failed"])
    logger.info("Job finished", **summary)
