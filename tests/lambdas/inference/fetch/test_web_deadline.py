"""Fetching over HTTP from slow servers: every fetch ends by its deadline."""

import socket
import time

import pytest

from inference.deadline import Deadline
from inference.errors import SourceUnavailableError
from inference.fetch import web
from tests.support.lambdas.http_server import LIMIT, HttpServer, Reply, chunked, drip, fetch, redirect


def send_nothing(connection: socket.socket) -> None:
    connection.recv(1)


@pytest.mark.parametrize(
    "reply",
    [
        send_nothing,
        drip(b"", b"H"),
        drip(b"HTTP/1.1 200 OK\r\n", b"X-Header: y\r\n"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x"),
        drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        drip(chunked(), b"1\r\nx\r\n"),
    ],
    ids=["silence", "status", "headers", "body", "body without length", "chunks"],
)
def test_slow_response_ends_at_deadline(reply: Reply) -> None:
    started = time.monotonic()
    with HttpServer({"*": reply}) as server:
        with pytest.raises(SourceUnavailableError, match=r"not arrive within 0\.2 seconds"):
            fetch(server, seconds=0.2)
        assert time.monotonic() - started < 2


def test_deadline_covers_all_redirects() -> None:
    def slow(connection: socket.socket) -> None:
        time.sleep(0.1)
        connection.sendall(redirect("/"))

    with HttpServer({"*": slow}) as server, pytest.raises(SourceUnavailableError):
        fetch(server, seconds=0.25)


def test_slow_name_resolution_ends_at_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(1.5))
    started = time.monotonic()
    with pytest.raises(SourceUnavailableError):
        web.fetch("http://slow.example/", frozenset(), LIMIT, Deadline(0.1))
    assert time.monotonic() - started < 1.2
