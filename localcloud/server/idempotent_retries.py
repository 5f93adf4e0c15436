"""Repeats the first response when a client retries a request whose response it did not receive.

Under load, Terraform's provider sometimes closes a connection at the moment when its response is written (the server
never closes one first) and sends the request again. The resource that the first attempt created then "already exists",
which fails a whole `terraform apply`. SDKs mark each operation with a random UUID that its retries keep; a request with
the same UUID, access key and path is the same operation. Error responses are not kept, because their requests are
meant to be retried.
"""

import asyncio
import logging
import re
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

_log = logging.getLogger("cloud.retries")
_MAX_OPERATIONS = 2_000
_MAX_RESPONSE_BYTES = 64 * 1024
_ACCESS_KEY = re.compile(rb"Credential=([^/]+)/")

Operation = tuple[bytes, bytes, str]
Response = list[dict[str, Any]]  # ASGI messages


@dataclass
class _Attempt:
    """The first attempt of an operation; times in monotonic seconds."""

    received_at: float
    response: asyncio.Future[Response | None]
    finished_at: float = 0.0

    def finish(self, response: Response | None) -> None:
        if not self.response.done():
            self.finished_at = time.monotonic()
            self.response.set_result(response)


class IdempotentRetries:
    """ASGI middleware that answers a retried operation with the response of its first attempt."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._attempts: OrderedDict[Operation, _Attempt] = OrderedDict()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Handle one request."""
        operation = _identify_operation(scope)
        if operation is None:
            await self._app(scope, receive, send)
            return
        first, now = self._attempts.get(operation), time.monotonic()
        if first is not None and (response := await first.response):
            # A client that timed out retries before the response is ready, one with a broken connection afterwards.
            _log.warning(
                "%s %s was retried after %.1f s; repeating the response of the first attempt, which took %.1f s",
                scope["method"], scope["path"], now - first.received_at, first.finished_at - first.received_at,
            )  # fmt: skip
            while (await receive()).get("more_body"):
                pass
            for message in response:
                await send(message)
            return
        await self._run_first_attempt(operation, scope, receive, send)

    async def _run_first_attempt(self, operation: Operation, scope: Any, receive: Any, send: Any) -> None:
        """Run the application; a response that may be repeated is recorded before it is sent."""
        attempt = self._attempts[operation] = _Attempt(time.monotonic(), asyncio.get_running_loop().create_future())
        while len(self._attempts) > _MAX_OPERATIONS:
            self._attempts.popitem(last=False)
        response: Response = []

        async def record_and_send(message: dict[str, Any]) -> None:
            response.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                attempt.finish(response if _is_repeatable(response) else None)
            await send(message)

        try:
            await self._app(scope, receive, record_and_send)
        finally:
            attempt.finish(None)


def _identify_operation(scope: Any) -> Operation | None:
    """Return a key that the retries of a request share, or None if it only reads or has no invocation id."""
    if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
        return None
    headers = dict(scope["headers"])
    invocation, key = headers.get(b"amz-sdk-invocation-id"), _ACCESS_KEY.search(headers.get(b"authorization", b""))
    return (invocation, key[1], scope["path"]) if invocation and key else None


def _is_repeatable(response: Response) -> bool:
    size = sum(len(part.get("body", b"")) for part in response)
    return response[0].get("status", 500) < 300 and size <= _MAX_RESPONSE_BYTES
