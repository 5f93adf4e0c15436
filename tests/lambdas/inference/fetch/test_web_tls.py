"""Fetching over TLS."""

import socket

import pytest

from inference.deadline import Deadline
from inference.errors import Code, InputError, SourceUnavailableError
from inference.fetch import web
from tests.support.lambdas.http_server import IMAGE, LIMIT, HttpServer, drip, fetch, ok


@pytest.mark.usefixtures("trusted")
def test_certificate_must_match_host() -> None:
    with HttpServer({"*": ok(IMAGE)}, tls=True) as server:
        assert fetch(server, scheme="https") == IMAGE
        host_port = f"127.0.0.1:{server.port}"
        with pytest.raises(InputError) as rejected:
            web.fetch(f"https://{host_port}/", frozenset({host_port}), LIMIT, Deadline(5))
    assert rejected.value.code is Code.BAD_RESPONSE
    assert "certificate" in rejected.value.message


def test_untrusted_certificate_is_rejected() -> None:
    with HttpServer({"*": ok(IMAGE)}, tls=True) as server, pytest.raises(InputError) as rejected:
        fetch(server, scheme="https")
    assert rejected.value.code is Code.BAD_RESPONSE


@pytest.mark.usefixtures("trusted")
def test_slow_https_response_ends_at_deadline() -> None:
    with (
        HttpServer({"*": drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x")}, tls=True) as server,
        pytest.raises(SourceUnavailableError),
    ):
        fetch(server, scheme="https", seconds=0.3)


def test_missing_tls_handshake_ends_at_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host_port = f"127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(SourceUnavailableError):
            web.fetch(f"https://{host_port}/", frozenset({host_port}), LIMIT, Deadline(0.3))


def test_https_to_server_without_tls_is_rejected() -> None:
    with HttpServer({"*": b"HTTP/1.1 400 Bad Request\r\n\r\n"}) as server, pytest.raises(InputError) as rejected:
        fetch(server, scheme="https")
    assert rejected.value.code is Code.BAD_RESPONSE
