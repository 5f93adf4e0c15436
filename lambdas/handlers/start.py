"""POST /jobs: start a job."""

import os
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from inference.errors import TransientError
from jobs import executions, http_api
from jobs.errors import RequestError
from jobs.request import parse_request
from jobs.start import JobStarter

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
starter = JobStarter.from_environment(os.environ)
executions.client()  # created now, because Lambda gives a function more processor time while it starts


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> http_api.Reply:
    """Return 202 with the job's id and address; 400, 409 or 503 with the reason (docs/jobs.md)."""
    try:
        job = starter.start(*parse_request(http_api.parse_body(event)))
    except RequestError as error:
        metrics.add_metric("JobsRefused", MetricUnit.Count, 1)
        logger.info("Job refused", status=error.status)
        return http_api.error_reply(error)
    except TransientError as error:
        metrics.add_metric("JobsUnavailable", MetricUnit.Count, 1)
        logger.warning("Job could not be started", reason=str(error))
        return http_api.unavailable_reply()
    metrics.add_metric("JobsAccepted", MetricUnit.Count, 1)
    logger.info("Job accepted", job=job)
    return http_api.accepted_reply(job)
