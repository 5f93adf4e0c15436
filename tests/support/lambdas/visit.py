"""The fetcher sent to a stranger, and bodies in chunks for the stranger to answer with."""

from inference.deadline import Deadline
from inference.fetch import web
from tests.support.lambdas.http_server import HttpServer

LIMIT = 100_000
IMAGE = bytes(range(256)) * 40


def fetch(stranger: HttpServer, path: str = "/", *, scheme: str = "http", seconds: float = 5) -> bytes:
    return bytes(web.fetch(stranger.url(path, scheme), frozenset({stranger.host_port}), LIMIT, Deadline(seconds)))


def chunked(*chunks: bytes) -> bytes:
    framed = b"".join(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n" for chunk in chunks)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + framed
