"""Answers a request that its client repeats as it was answered the first time, whose answer the client never saw.

Under load Terraform's provider, with many requests at once, now and then closes a connection in the moment in which its
answer is written (the server closes none by itself), and sends the request again; what it made the first time "already
exists", which fails a whole `terraform apply`. SDKs mark each operation with a random UUID that its repetitions keep;
with the same access key and path it is the same operation. Answers that were errors are not kept: their requests are
meant to be tried again.
"""

import asyncio
import logging
import re
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

_log = logging.getLogger("cloud.repeats")
_KEPT = 2_000
_LARGEST = 64 * 1024
_ACCESS_KEY = re.compile(rb"Credential=([^/]+)/")

Operation = tuple[bytes, bytes, str]
Answer = list[dict[str, Any]]


@dataclass
class First:
    """A first attempt: when it came and was answered, in monotonic seconds, and the answer that may be given again."""

    came: float
    answer: asyncio.Future[Answer | None]
    ended: float = 0.0

    def end(self, answer: Answer | None) -> None:
        if not self.answer.done():
            self.ended = time.monotonic()
            self.answer.set_result(answer)


class Repeats:
    """An ASGI application around another."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._firsts: OrderedDict[Operation, First] = OrderedDict()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request."""
        operation = _operation(scope)
        if operation is None:
            await self._app(scope, receive, send)
            return
        first, now = self._firsts.get(operation), time.monotonic()
        if first is not None and (answer := await first.answer):
            # A client that gave up waiting repeats before the answer is there, one whose connection broke after it.
            _log.warning(
                "%s %s was repeated %.1f s after it came; its first answer, ready after %.1f s, is given again",
                scope["method"], scope["path"], now - first.came, first.ended - first.came,
            )  # fmt: skip
            while (await receive()).get("more_body"):
                pass
            for message in answer:
                await send(message)
            return
        await self._answer(operation, scope, receive, send)

    async def _answer(self, operation: Operation, scope: Any, receive: Any, send: Any) -> None:
        """Let the application answer; a success that is not too large is known before it is sent."""
        first = self._firsts[operation] = First(time.monotonic(), asyncio.get_running_loop().create_future())
        while len(self._firsts) > _KEPT:
            self._firsts.popitem(last=False)
        answer: Answer = []

        async def keep(message: dict[str, Any]) -> None:
            answer.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                first.end(answer if _worth_keeping(answer) else None)
            await send(message)

        try:
            await self._app(scope, receive, keep)
        finally:
            first.end(None)


def _operation(scope: Any) -> Operation | None:
    """What a repetition has in common with the first attempt; None for a request that changes nothing or has no id."""
    if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
        return None
    headers = dict(scope["headers"])
    invocation, key = headers.get(b"amz-sdk-invocation-id"), _ACCESS_KEY.search(headers.get(b"authorization", b""))
    return (invocation, key[1], scope["path"]) if invocation and key else None


def _worth_keeping(answer: Answer) -> bool:
    return answer[0].get("status", 500) < 300 and sum(len(part.get("body", b"")) for part in answer) <= _LARGEST
