"""A request's X-Amzn-Trace-Id says which trace it belongs to, and services hand it on; ministack reads it nowhere.

SDKs in functions send it by themselves. SQS keeps it with a message ("Amazon SQS and AWS X-Ray"), Lambda and Step
Functions go on with it.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from ministack import app

from localcloud.engines.xray.header import TraceHeader
from localcloud.patches import tracing
from localcloud.patches.cloud import Cloud

SERVICES = ("lambda", "sqs", "states")


def apply(_: Cloud) -> None:
    for service in SERVICES:
        app.SERVICE_HANDLERS[service] = _following(app.SERVICE_HANDLERS[service])


def _following(handle: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def followed(method: str, path: str, headers: dict[str, str], *rest: Any) -> Any:
        with tracing.following(TraceHeader.parse(headers.get("x-amzn-trace-id"))):
            return await handle(method, path, headers, *rest)

    return followed
