"""Checking addresses: a table of hostile ones, sent directly and by redirect."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from inference.deadline import Deadline
from inference.errors import Code, InputError, SourceUnavailableError
from inference.fetch import addresses, web
from inference.fetch.fetcher import Fetcher
from tests.support.lambdas.hostile_addresses import HOSTILE, INTERNAL_NAMES
from tests.support.lambdas.http_server import HttpServer, ok, redirect


def make_resolver(names: dict[str, list[str]]) -> Callable[..., list[Any]]:
    """Return a replacement of getaddrinfo that knows `names` and parses unusual IPv4 forms as the C library does."""

    def getaddrinfo(host: str, port: object, *_: object, **__: object) -> list[Any]:
        try:
            texts = names[host.lower().rstrip(".")] if host.strip("0123456789.xXabcdefABCDEF") else None
            texts = texts or [socket.inet_ntoa(socket.inet_aton(host))]
        except (KeyError, OSError):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from None
        return [(socket.AF_UNSPEC, socket.SOCK_STREAM, 6, "", (address, port)) for address in texts]

    return getaddrinfo


def test_table_has_enough_entries() -> None:
    assert len(HOSTILE) == len(set(HOSTILE)) >= 80


@pytest.mark.parametrize("url", HOSTILE)
def test_hostile_address_is_refused_before_connecting(
    url: str, connections: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", make_resolver(INTERNAL_NAMES))
    with pytest.raises(InputError) as raised:
        Fetcher().fetch(url, Deadline(5))
    assert raised.value.code in (Code.BAD_ADDRESS, Code.FORBIDDEN_ADDRESS)
    assert connections == []


@pytest.mark.parametrize("url", [url for url in HOSTILE if "\n" not in url and "://" in url])
def test_redirect_to_hostile_address_is_not_followed(
    url: str, connections: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = b"HTTP/1.1 302 Found\r\nLocation: " + url.encode() + b"\r\nContent-Length: 0\r\n\r\n"
    with HttpServer({"*": reply}) as server:
        monkeypatch.setattr(socket, "getaddrinfo", make_resolver(INTERNAL_NAMES))
        host_port = f"127.0.0.1:{server.port}"
        with pytest.raises(InputError) as raised:
            web.fetch(f"http://{host_port}/", frozenset({host_port}), 1000, Deadline(5))
    assert raised.value.code in (Code.BAD_ADDRESS, Code.FORBIDDEN_ADDRESS, Code.NOT_FOUND, Code.BAD_RESPONSE)
    assert {address[1] for address in connections} == {server.port}


def test_checked_ip_address_is_the_one_connected_to(connections: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the name resolves to a public address first and to an internal one after that."""
    answers = iter([["192.0.2.1"], ["127.0.0.1"]])
    lookups: list[str] = []

    def rebinding(host: str, *_: object, **__: object) -> list[Any]:
        lookups.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in next(answers)]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(addresses, "is_public", lambda address: str(address) == "192.0.2.1")
    # 192.0.2.1 is reserved for documentation, so the exchange ends at the deadline.
    with pytest.raises(SourceUnavailableError):
        web.fetch("http://rebinding.example/", frozenset(), 1000, Deadline(0.2))
    assert lookups == ["rebinding.example"]
    assert {address[0] for address in connections} == {"192.0.2.1"}


def test_private_host_is_allowed_at_its_port_only() -> None:
    with HttpServer({"*": ok(b"image")}) as server, HttpServer({"*": ok(b"secret")}) as other:
        allowed = frozenset({server.host_port})
        assert web.fetch(server.url(), allowed, 1000, Deadline(5)) == b"image"
        for url in (other.url(), f"http://127.0.0.1:{server.port}/", "http://localhost/"):
            with pytest.raises(InputError) as raised:
                web.fetch(url, allowed, 1000, Deadline(5))
            assert raised.value.code is Code.FORBIDDEN_ADDRESS
    assert other.requests == []


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), InputError),
        (socket.gaierror(socket.EAI_AGAIN, "later"), SourceUnavailableError),
        (socket.gaierror(socket.EAI_FAIL, "broken"), SourceUnavailableError),
        (OSError("no resolver"), SourceUnavailableError),
    ],
)
def test_only_missing_host_is_input_error(
    error: OSError, expected: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(expected):
        addresses.resolve(addresses.parse("http://nowhere.example/"), frozenset(), Deadline(5))


@pytest.mark.parametrize(
    ("url", "host_port", "authority", "target"),
    [
        ("http://Example.COM", "example.com:80", "example.com", "/"),
        ("https://example.com/a%20b?c=d#e", "example.com:443", "example.com", "/a%20b?c=d"),
        ("https://example.com:80?x", "example.com:80", "example.com:80", "/?x"),
        ("http://[2606:2800::1]:443/", "[2606:2800::1]:443", "[2606:2800::1]:443", "/"),
        ("http://8.8.8.8/@me", "8.8.8.8:80", "8.8.8.8", "/@me"),
        ("http://a_b.xn--bcher-kva.example/", "a_b.xn--bcher-kva.example:80", "a_b.xn--bcher-kva.example", "/"),
    ],
)
def test_address_is_parsed(url: str, host_port: str, authority: str, target: str) -> None:
    address = addresses.parse(url)
    assert address.host_port == host_port
    assert address.authority == authority
    assert address.target == target


def test_messages_do_not_contain_query() -> None:
    for url in HOSTILE:
        with pytest.raises(InputError) as raised:
            Fetcher().fetch(url.split("#")[0] + "?X-Amz-Signature=secret", Deadline(5))
        assert "secret" not in raised.value.message


def test_ipv4_endpoints_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", make_resolver({"both.example": ["2606:2800::1", "93.184.216.34"]}))
    endpoints = addresses.resolve(addresses.parse("https://both.example/"), frozenset(), Deadline(5))
    assert [endpoint.sockaddr for endpoint in endpoints] == [("93.184.216.34", 443), ("2606:2800::1", 443)]


def test_redirect_within_private_host_is_followed() -> None:
    with HttpServer({"/a": redirect("b"), "/b": ok(b"image")}) as server:
        assert web.fetch(server.url("/a"), frozenset({server.host_port}), 1000, Deadline(5)) == b"image"
