"""The fetcher over TLS."""

import socket

import pytest

from inference.deadline import Deadline
from inference.errors import Code, InputError, SourceUnavailableError
from inference.fetch import web
from tests.support.lambdas.http_server import HttpServer, drip, ok
from tests.support.lambdas.visit import IMAGE, LIMIT, fetch


@pytest.mark.usefixtures("trusted")
def test_https_is_proven_for_the_host_that_was_asked_for() -> None:
    with HttpServer({"*": ok(IMAGE)}, tls=True) as stranger:
        assert fetch(stranger, scheme="https") == IMAGE
        place = f"127.0.0.1:{stranger.port}"
        with pytest.raises(InputError) as rejected:
            web.fetch(f"https://{place}/", frozenset({place}), LIMIT, Deadline(5))
    assert rejected.value.code is Code.BAD_RESPONSE
    assert "certificate" in rejected.value.message


def test_a_certificate_that_nobody_signed_is_rejected() -> None:
    with HttpServer({"*": ok(IMAGE)}, tls=True) as stranger, pytest.raises(InputError) as rejected:
        fetch(stranger, scheme="https")
    assert rejected.value.code is Code.BAD_RESPONSE


@pytest.mark.usefixtures("trusted")
def test_https_ends_by_the_deadline_too() -> None:
    with (
        HttpServer({"*": drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x")}, tls=True) as stranger,
        pytest.raises(SourceUnavailableError),
    ):
        fetch(stranger, scheme="https", seconds=0.3)


def test_https_to_a_server_that_never_shakes_hands_ends_by_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        place = f"127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(SourceUnavailableError):
            web.fetch(f"https://{place}/", frozenset({place}), LIMIT, Deadline(0.3))


def test_https_to_a_server_without_tls_is_rejected() -> None:
    with HttpServer({"*": b"HTTP/1.1 400 Bad Request\r\n\r\n"}) as stranger, pytest.raises(InputError) as rejected:
        fetch(stranger, scheme="https")
    assert rejected.value.code is Code.BAD_RESPONSE
