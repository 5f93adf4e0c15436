"""Job on a posted list, first state: store one task per image."""

import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobs.items import encode_items
from jobs.saved_request import load_request
from jobs.store import ITEMS, JobStore

logger, tracer = Logger(), Tracer(auto_patch=False)
store = JobStore(os.environ["JOBS"])


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: Mapping[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Return {"job", "items": [[offset, length], ...]}. Raises RequestError and StoreUnavailableError."""
    job, request = load_request(store, event)
    content, ranges = encode_items(job, request)
    store.put(job, ITEMS, content)
    logger.info("Job split", job=job, items=len(ranges))
    return {"job": job, "items": ranges}
