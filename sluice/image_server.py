"""A small web server on loopback that shows prepared files: the world outside, for people and tests that have none."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class File:
    """What a path answers with."""

    content: bytes
    media_type: str = "application/octet-stream"
    status: int = 200


class Site:
    """Answers each path (with its leading slash, without its query) as `answer` says, None being a 404.

    It serves from entering to leaving; port 0 takes any free one.
    """

    def __init__(self, answer: Callable[[str], File | None], port: int = 0) -> None:
        self._server = _Server((LOOPBACK, port), _handler(answer))
        self.host = f"{LOOPBACK}:{self._server.server_port}"

    def address(self, path: str) -> str:
        """The URL of a path."""
        return f"http://{self.host}{path}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # a worker fetches many at once; the usual 5 make some wait a second


def _handler(answer: Callable[[str], File | None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            file = answer(urlsplit(self.path).path) or _MISSING
            self.send_response(file.status)
            self.send_header("Content-Type", file.media_type)
            self.send_header("Content-Length", str(len(file.content)))
            self.end_headers()
            with suppress(ConnectionError):  # whoever asked may have gone
                self.wfile.write(file.content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
            """Say nothing: what was fetched is told by the results."""

    return Handler


_MISSING = File(b"", "text/plain", 404)
