"""A jobs API that answers as a test wants it, with STS beside it; real requests go to both."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

RUNNING = (200, {"id": "job", "status": "running"})
DONE = (
    200,
    {"id": "job", "status": "succeeded", "items": 1, "predicted": 0, "rejected": 0, "failed": 0, "results": [{"n": 1}]},
)
DROPPED = None

_STS = "<ErrorResponse><Error><Code>{code}</Code><Message>so it is</Message></Error></ErrorResponse>"
_ME = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    "<Arn>arn</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>"
)

Answer = tuple[int, Any] | None  # status and body, or a connection that is dropped


class ScriptedApi:
    """What was posted; `posts` and `gets` are answered one after the other, the last of them again and again.

    `credentials`: the code of STS's refusal of the caller, None if it knows them.
    """

    def __init__(self) -> None:
        self.posted: list[Any] = []
        self.asked = 0
        self.posts: list[Answer] = []
        self.gets: list[Answer] = [RUNNING]
        self.credentials: str | None = None
        self.url = ""

    def post(self, body: Any) -> Answer:
        self.posted.append(body)
        taken = 202, {"id": body.get("name", "job"), "status": "running"}
        return taken if not self.posts else self.posts.pop(0) if len(self.posts) > 1 else self.posts[0]

    def get(self) -> Answer:
        self.asked += 1
        return self.gets.pop(0) if len(self.gets) > 1 else self.gets[0]

    def sts(self) -> tuple[int, str]:
        return (403, _STS.format(code=self.credentials)) if self.credentials else (200, _ME)


@contextmanager
def scripted() -> Iterator[ScriptedApi]:
    """It runs."""
    api = ScriptedApi()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            given = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(api.post(json.loads(given)) if self.path == "/jobs" else api.sts())

        def do_GET(self) -> None:
            self._answer(api.get())

        def _answer(self, answer: Answer) -> None:
            if answer is DROPPED:
                return
            status, body = answer
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode() if isinstance(body, str) else json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        api.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield api
        server.shutdown()
        thread.join()
