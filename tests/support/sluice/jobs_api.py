"""An HTTP API of jobs, and STS, that return what a test sets."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

RUNNING = (200, {"id": "job", "status": "running"})
SUCCEEDED = (
    200,
    {"id": "job", "status": "succeeded", "items": 1, "predicted": 0, "rejected": 0, "failed": 0, "results": [{"n": 1}]},
)
DROPPED = None

_STS_ERROR = "<ErrorResponse><Error><Code>{code}</Code><Message>the reason</Message></Error></ErrorResponse>"
_STS_IDENTITY = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    "<Arn>arn</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>"
)

Response = tuple[int, Any] | None  # status and body, or None for a dropped connection


class FakeJobsApi:
    """The responses to requests, and a record of the requests.

    Attributes:
        url: The base URL.
        posted: The bodies of POST requests.
        gets_received: The number of GET requests.
        posts: The responses to POST requests in their order, the last one repeated; if empty, lists are accepted.
        gets: The responses to GET requests in their order, the last one repeated.
        sts_error: The code of the error that STS returns; None if it accepts the credentials.
    """

    def __init__(self) -> None:
        self.url = ""
        self.posted: list[Any] = []
        self.gets_received = 0
        self.posts: list[Response] = []
        self.gets: list[Response] = [RUNNING]
        self.sts_error: str | None = None

    def post(self, body: Any) -> Response:
        self.posted.append(body)
        if not self.posts:
            return 202, {"id": body.get("name", "job"), "status": "running"}
        return _next(self.posts)

    def get(self) -> Response:
        self.gets_received += 1
        return _next(self.gets)

    def sts(self) -> tuple[int, str]:
        return (403, _STS_ERROR.format(code=self.sts_error)) if self.sts_error else (200, _STS_IDENTITY)


def _next(responses: list[Response]) -> Response:
    return responses.pop(0) if len(responses) > 1 else responses[0]


@contextmanager
def serve_jobs_api() -> Iterator[FakeJobsApi]:
    """Serve a FakeJobsApi on loopback."""
    api = FakeJobsApi()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._respond(api.post(json.loads(body)) if self.path == "/jobs" else api.sts())

        def do_GET(self) -> None:
            self._respond(api.get())

        def _respond(self, response: Response) -> None:
            if response is DROPPED:
                return
            status, body = response
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode() if isinstance(body, str) else json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        api.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield api
        server.shutdown()
        thread.join()
