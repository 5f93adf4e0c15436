"""Answers a request that its client repeats as it was answered the first time, whose answer the client never saw.

Under load a connection now and then breaks between a request and its answer; the SDK sends the request again, and what
it made the first time "already exists", which fails a whole `terraform apply`. SDKs mark each operation with an id that
its repetitions keep. Answers that were errors are not kept: their requests are meant to be tried again.
"""

import asyncio
import logging
from collections import OrderedDict
from typing import Any

_log = logging.getLogger("cloud.repeats")
_KEPT = 2_000
_LARGEST = 64 * 1024
_INVOCATION = b"amz-sdk-invocation-id"


class Repeats:
    """An ASGI application around another."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._answers: OrderedDict[bytes, asyncio.Future[list[dict[str, Any]] | None]] = OrderedDict()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request."""
        invocation = dict(scope.get("headers", ())).get(_INVOCATION)
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD") or invocation is None:
            await self._app(scope, receive, send)
            return
        first = self._answers.get(invocation)
        if first is not None and (answer := await first):
            _log.warning("%s %s was repeated: its first answer is given again", scope["method"], scope["path"])
            while (await receive()).get("more_body"):
                pass
            for message in answer:
                await send(message)
            return
        await self._answer(invocation, scope, receive, send)

    async def _answer(self, invocation: bytes, scope: Any, receive: Any, send: Any) -> None:
        """Let the application answer; a success that is not too large is known before it is sent."""
        known: asyncio.Future[list[dict[str, Any]] | None] = asyncio.get_running_loop().create_future()
        self._answers[invocation] = known
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


def _worth_keeping(answer: list[dict[str, Any]]) -> bool:
    return answer[0].get("status", 500) < 300 and sum(len(part.get("body", b"")) for part in answer) <= _LARGEST
