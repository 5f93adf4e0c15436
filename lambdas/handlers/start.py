"""POST /jobs: a list of addresses to a job that is on its way."""

import os
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from inference.errors import TransientError
from inference.fetch import s3
from jobs import body, executions, reply, request
from jobs.refusal import Refusal
from jobs.start import Machine, Starter
from jobs.store import Store

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
starter = Starter(
    Store(os.environ["JOBS"]),
    workflow=Machine(os.environ["WORKFLOW"], os.environ["WORKFLOW_RUNS"]),
    bulk=Machine(os.environ["BULK"], os.environ["BULK_RUNS"]),
    buckets=s3.parse_buckets("SOURCE_BUCKETS", os.environ["SOURCE_BUCKETS"]),
)
executions.client()  # made now, since a function starts with more processor than it runs with


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> reply.Reply:
    """202 with the job's id and address, or why there is none (docs/jobs.md)."""
    try:
        job = starter.start(*request.read(body.read(event)))
    except Refusal as refusal:
        metrics.add_metric("JobsRefused", MetricUnit.Count, 1)
        logger.info("Refused", status=refusal.status)
        return reply.refused(refusal)
    except TransientError as fault:
        metrics.add_metric("JobsUnavailable", MetricUnit.Count, 1)
        logger.warning("Not started", reason=str(fault))
        return reply.unavailable()
    metrics.add_metric("JobsAccepted", MetricUnit.Count, 1)
    logger.info("Accepted", job=job)
    return reply.accepted(job)
