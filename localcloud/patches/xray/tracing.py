"""Patch that continues a request's trace in services, and the store of traces."""

import contextlib
import contextvars
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from ministack import app
from ministack.core.responses import get_account_id, get_region

from localcloud.engines.xray.header import TraceHeader
from localcloud.engines.xray.store import InvalidSegmentError, TraceStore
from localcloud.patches.cloud import Cloud
from localcloud.patches.iam import service_role
from localcloud.patches.registry import patch

SERVICES = ("lambda", "sqs", "states")

_stores: dict[tuple[str, str], TraceStore] = {}
_header: contextvars.ContextVar[TraceHeader | None] = contextvars.ContextVar("trace", default=None)

logger = logging.getLogger("local-cloud")


@patch("trace_headers")
def apply_trace_headers(_: Cloud) -> None:
    """Continue the trace of a request's X-Amzn-Trace-Id in Lambda, SQS and Step Functions.

    AWS: "Tracing headers may be passed through HTTP headers", which SDKs in functions do; SQS keeps the header with a
        message, Lambda and Step Functions continue the trace (X-Ray Developer Guide, "Tracing header").
    ministack: ignores the header.
    Upstream: could be offered.
    """
    for service in SERVICES:
        app.SERVICE_HANDLERS[service] = _continue_trace(app.SERVICE_HANDLERS[service])


def get_store() -> TraceStore:
    """Return the traces of the request's account and region."""
    return _stores.setdefault((get_account_id(), get_region()), TraceStore())


def get_header() -> TraceHeader | None:
    """Return the trace header of the current request, if any."""
    return _header.get()


@contextlib.contextmanager
def use_header(header: TraceHeader | None) -> Iterator[None]:
    """Use a trace header, or none, for the calls inside the context."""
    token = _header.set(header)
    try:
        yield
    finally:
        _header.reset(token)


def write_segments(role: str, service: str, documents: list[dict[str, Any] | str]) -> None:
    """Store segments that a service writes under a role; drop them if the role does not allow it."""
    if not service_role.is_allowed(role, service, "xray:PutTraceSegments", "*"):
        logger.warning("Segments are dropped: the role %s lacks xray:PutTraceSegments", role)
        return
    for document in documents:
        try:
            get_store().put(document if isinstance(document, str) else json.dumps(document))
        except InvalidSegmentError as error:
            logger.warning("A segment is dropped: %s", error)


def _continue_trace(handle: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def handle_with_trace(method: str, path: str, headers: dict[str, str], *rest: Any) -> Any:
        with use_header(TraceHeader.parse(headers.get("x-amzn-trace-id"))):
            return await handle(method, path, headers, *rest)

    return handle_with_trace
