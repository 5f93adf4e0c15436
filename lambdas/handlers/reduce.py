"""Job on a posted list, last state: join the results in the order of the list."""

import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobs.gather import gather_results
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
    summary = gather_results(store, check_job_name(event["job"]), event["outcomes"])
    report_summary(logger, metrics, summary)
    return summary
