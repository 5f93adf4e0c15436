"""A web server on loopback that serves prepared files: sample images for demos, benchmarks and tests."""

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
    """The response to a path: its body, media type and HTTP status."""

    content: bytes
    media_type: str = "application/octet-stream"
    status: int = 200


class ImageServer:
    """Serves files on loopback while it is entered as a context manager.

    Args:
        find: Returns the file of a path (which begins with a slash and has no query), or None for a 404.
        port: The port to bind; 0 for any free one.

    Attributes:
        host: The address and the port, for example 127.0.0.1:8700.
    """

    def __init__(self, find: Callable[[str], File | None], port: int = 0) -> None:
        self._server = _Server((LOOPBACK, port), _handler(find))
        self.host = f"{LOOPBACK}:{self._server.server_port}"

    def url(self, path: str) -> str:
        """Return the URL of a path."""
        return f"http://{self.host}{path}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # a worker opens many connections at once; with the default of 5 some wait for a second


def _handler(find: Callable[[str], File | None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            file = find(urlsplit(self.path).path) or _NOT_FOUND
            self.send_response(file.status)
            self.send_header("Content-Type", file.media_type)
            self.send_header("Content-Length", str(len(file.content)))
            self.end_headers()
            with suppress(ConnectionError):  # the client may have disconnected
                self.wfile.write(file.content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
            """Log nothing: the results of the images show which were fetched."""

    return Handler


_NOT_FOUND = File(b"", "text/plain", 404)
