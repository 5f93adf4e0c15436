"""The first step of a job: its request as single items, each a range of one object's bytes."""

import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobs.items import lines
from jobs.saved_request import requested
from jobs.store import ITEMS, Store

logger, tracer = Logger(), Tracer(auto_patch=False)
store = Store(os.environ["JOBS"])


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: Mapping[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """{"job", "items": [[offset, length], ...]}. Raises Refusal and StoreUnavailableError."""
    job, request = requested(store, event)
    content, ranges = lines(job, request)
    store.put(job, ITEMS, content)
    logger.info("Split", job=job, items=len(ranges))
    return {"job": job, "items": ranges}
