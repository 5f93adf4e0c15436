"""An HTTP server on loopback that sends exactly the bytes that a test specifies, and a fetch from it."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from inference.deadline import Deadline
from inference.fetch import web

CERTIFICATE = Path(__file__).parent / "localhost.pem"

LIMIT = 100_000
IMAGE = bytes(range(256)) * 40

Reply = bytes | Callable[[socket.socket], None]


def ok(body: bytes, *headers: str) -> bytes:
    """Return a valid response."""
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def status(code: int, *headers: str) -> bytes:
    """Return a valid response without a body."""
    return "\r\n".join([f"HTTP/1.1 {code} Whatever", "Content-Length: 0", *headers]).encode() + b"\r\n\r\n"


def redirect(location: str, code: int = 302) -> bytes:
    """Return a redirect."""
    return status(code, f"Location: {location}")


def drip(start: bytes, block: bytes, times: int = 300) -> Callable[[socket.socket], None]:
    """Return a reply that sends a block every 20 ms, so that no single read times out."""

    def reply(connection: socket.socket) -> None:
        connection.sendall(start)
        with contextlib.suppress(OSError):
            for _ in range(times):
                connection.sendall(block)
                time.sleep(0.02)

    return reply


class HttpServer:
    """Serves `routes` (reply by path; "*" for all others) within a with-statement.

    Attributes:
        requests: The heads of the requests, in order.
        routes: The replies, which may be changed.
        port: The port on 127.0.0.1.
        over: Set when the with-statement ends.
    """

    def __init__(self, routes: dict[str, Reply], *, tls: bool = False) -> None:
        self.requests: list[str] = []
        self.routes = routes
        self._tls: ssl.SSLContext | None = None
        if tls:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(CERTIFICATE)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self.over = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def host_port(self) -> str:
        """The server as PRIVATE_HOSTS lists it."""
        return f"localhost:{self.port}"

    def url(self, path: str = "/", scheme: str = "http") -> str:
        """Return the address of a path."""
        return f"{scheme}://{self.host_port}{path}"

    def __enter__(self) -> Self:
        self._spawn(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.over.set()
        # Closing alone does not wake a thread that waits in accept().
        with contextlib.suppress(OSError), socket.socket() as connection:
            connection.connect(("127.0.0.1", self.port))
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _spawn(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self.over.is_set():
                connection.close()
                return
            self._spawn(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.enter_context(connection)
            connection.settimeout(10)
            if self._tls is not None:
                connection = stack.enter_context(self._tls.wrap_socket(connection, server_side=True))
            head = b""
            while b"\r\n\r\n" not in head and not head.startswith(b"\x16") and (block := connection.recv(65536)):
                head += block
            self.requests.append(head.decode("latin-1"))
            path = head.split(b" ")[1].decode("latin-1") if b" " in head else "/"
            reply = self.routes[path] if path in self.routes else self.routes["*"]
            if isinstance(reply, bytes):
                connection.sendall(reply)
            else:
                reply(connection)


def fetch(server: HttpServer, path: str = "/", *, scheme: str = "http", seconds: float = 5) -> bytes:
    """Fetch a path of the server with the product's code, at most LIMIT bytes."""
    return bytes(web.fetch(server.url(path, scheme), frozenset({server.host_port}), LIMIT, Deadline(seconds)))


def chunked(*chunks: bytes) -> bytes:
    """Return a response in chunks, without the last, empty chunk."""
    framed = b"".join(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n" for chunk in chunks)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + framed
