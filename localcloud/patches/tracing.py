"""Where traces are kept, who may write them, and which trace the present request belongs to."""

import contextlib
import contextvars
import json
import logging
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import get_account_id, get_region

from localcloud.engines.xray.header import TraceHeader
from localcloud.engines.xray.store import InvalidSegmentError, TraceStore
from localcloud.patches import service_role

_stores: dict[tuple[str, str], TraceStore] = {}
_header: contextvars.ContextVar[TraceHeader | None] = contextvars.ContextVar("trace", default=None)

logger = logging.getLogger("local-cloud")


def store() -> TraceStore:
    """The traces of the request's account and region."""
    return _stores.setdefault((get_account_id(), get_region()), TraceStore())


def header() -> TraceHeader | None:
    """The trace that what happens now belongs to."""
    return _header.get()


@contextlib.contextmanager
def following(trace: TraceHeader | None) -> Iterator[None]:
    """While this lasts, what happens belongs to a trace, or to none."""
    token = _header.set(trace)
    try:
        yield
    finally:
        _header.reset(token)


def write(role: str, service: str, documents: list[dict[str, Any] | str]) -> None:
    """Keep documents that a service sends under a role; they are lost when the role may not write them."""
    if not service_role.allows(role, service, "xray:PutTraceSegments", "*"):
        logger.warning("segments are lost: the role %s lacks xray:PutTraceSegments", role)
        return
    for document in documents:
        try:
            store().put(document if isinstance(document, str) else json.dumps(document))
        except InvalidSegmentError as refusal:
            logger.warning("a segment is no segment: %s", refusal)
