"""GET /jobs/{id}: how far a job is, and its results."""

import os
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from inference.errors import TransientError
from jobs import executions, page, reply
from jobs.progress import Follower
from jobs.refusal import Refusal
from jobs.store import Store

logger, tracer = Logger(), Tracer(auto_patch=False)
follower = Follower(Store(os.environ["JOBS"]), os.environ["WORKFLOW_RUNS"], os.environ["BULK_RUNS"])
executions.client()  # made now, since a function starts with more processor than it runs with


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: LambdaContext) -> reply.Reply:
    """200 with the job as docs/jobs.md has it, 404 when there is none."""
    try:
        return reply.reply(200, follower.follow(event["pathParameters"]["id"], page.start(event)))
    except Refusal as refusal:
        return reply.refused(refusal)
    except TransientError as fault:
        logger.warning("Not told", reason=str(fault))
        return reply.unavailable()
