"""The last step of a job: the results of its items as one object, in the order of the request."""

import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobs import names
from jobs.gather import gather
from jobs.store import Store

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
store = Store(os.environ["JOBS"])


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: Mapping[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """{"job", "items", "predicted", "rejected", "failed", "results"}. Raises StoreUnavailableError."""
    summary = gather(store, names.check(event["job"]), event["outcomes"])
    metrics.add_metric("FailedItems", MetricUnit.Count, summary["failed"])
    logger.info("Reduced", **summary)
    return summary
