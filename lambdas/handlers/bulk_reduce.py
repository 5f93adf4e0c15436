"""Bulk job, last state: sum up the batches of a list in S3."""

import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobs.bulk_summary import summarize_bulk_job
from jobs.names import check_job_name
from jobs.store import JobStore
from jobs.summary import report_summary

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
store = JobStore(os.environ["JOBS"])


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: Mapping[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Return {"job", "items", "predicted", "rejected", "failed", "results"}. Raises StoreUnavailableError."""
    summary = summarize_bulk_job(store, check_job_name(event["job"]), event["manifest"]["Key"])
    report_summary(logger, metrics, summary)
    return summary
