"""GET /jobs/{id}: the status of a job and its results."""

import os
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from inference.errors import TransientError
from jobs import executions, http_api
from jobs.errors import RequestError
from jobs.status import StatusReader, parse_first
from jobs.store import JobStore

logger, tracer = Logger(), Tracer(auto_patch=False)
reader = StatusReader(JobStore(os.environ["JOBS"]), os.environ["WORKFLOW_RUNS"], os.environ["BULK_RUNS"])
executions.client()  # created now, because Lambda gives a function more processor time while it starts


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: LambdaContext) -> http_api.Reply:
    """Return 200 with the job in the form of docs/jobs.md; 400, 404 or 503 with the reason."""
    try:
        return http_api.json_reply(200, reader.get_status(event["pathParameters"]["id"], parse_first(event)))
    except RequestError as error:
        return http_api.error_reply(error)
    except TransientError as error:
        logger.warning("Job status could not be read", reason=str(error))
        return http_api.unavailable_reply()
