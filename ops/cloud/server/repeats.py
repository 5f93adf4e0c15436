"""Answers a request that its client repeats as it was answered the first time, whose answer the client never saw.

Under load a connection now and then breaks between a request and its answer; the SDK sends the request again, and what
it made the first time "already exists", which fails a whole `terraform apply`. SDKs mark each operation with a random
UUID that its repetitions keep; with the same access key and path it is the same operation. Answers that were errors are
not kept: their requests are meant to be tried again.
"""

import asyncio
import logging
import re
from collections import OrderedDict
from typing import Any

_log = logging.getLogger("cloud.repeats")
_KEPT = 2_000
_LARGEST = 64 * 1024
_ACCESS_KEY = re.compile(rb"Credential=([^/]+)/")

Operation = tuple[bytes, bytes, str]


class Repeats:
    """An ASGI application around another."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._answers: OrderedDict[Operation, asyncio.Future[list[dict[str, Any]] | None]] = OrderedDict()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request."""
        operation = _operation(scope)
        if operation is None:
            await self._app(scope, receive, send)
            return
        first = self._answers.get(operation)
        if first is not None and (answer := await first):
            _log.warning("%s %s was repeated: its first answer is given again", scope["method"], scope["path"])
            while (await receive()).get("more_body"):
                pass
            for message in answer:
                await send(message)
            return
        await self._answer(operation, scope, receive, send)

    async def _answer(self, operation: Operation, scope: Any, receive: Any, send: Any) -> None:
        """Let the application answer; a success that is not too large is known before it is sent."""
        known: asyncio.Future[list[dict[str, Any]] | None] = asyncio.get_running_loop().create_future()
        self._answers[operation] = known
        while len(self._answers) > _KEPT:
            self._answers.popitem(last=False)
        answer: list[dict[str, Any]] = []

        async def keep(message: dict[str, Any]) -> None:
            answer.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body") and not known.done():
                known.set_result(answer if _worth_keeping(answer) else None)
            await send(message)

        try:
            await self._app(scope, receive, keep)
        finally:
            if not known.done():
                known.set_result(None)


def _operation(scope: Any) -> Operation | None:
    """What a repetition has in common with the first attempt; None for a request that changes nothing or has no id."""
    if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
        return None
    headers = dict(scope["headers"])
    invocation, key = headers.get(b"amz-sdk-invocation-id"), _ACCESS_KEY.search(headers.get(b"authorization", b""))
    return (invocation, key[1], scope["path"]) if invocation and key else None


def _worth_keeping(answer: list[dict[str, Any]]) -> bool:
    return answer[0].get("status", 500) < 300 and sum(len(part.get("body", b"")) for part in answer) <= _LARGEST
