"""Where an address may lead: a table of hostile ones, sent directly and by redirect."""

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


def resolver(names: dict[str, list[str]]) -> Callable[..., list[Any]]:
    """A stand-in for getaddrinfo that knows only these names, and reads odd IPv4 spellings as the C library does."""

    def getaddrinfo(host: str, port: object, *_: object, **__: object) -> list[Any]:
        try:
            found = names[host.lower().rstrip(".")] if host.strip("0123456789.xXabcdefABCDEF") else None
            found = found or [socket.inet_ntoa(socket.inet_aton(host))]
        except (KeyError, OSError):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from None
        return [(socket.AF_UNSPEC, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    return getaddrinfo


def test_the_table_is_long() -> None:
    assert len(HOSTILE) == len(set(HOSTILE)) >= 80


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_is_refused_before_any_connection(
    url: str, connections: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolver(INTERNAL_NAMES))
    with pytest.raises(InputError) as refused:
        Fetcher().fetch(url, Deadline(5))
    assert refused.value.code in (Code.BAD_ADDRESS, Code.FORBIDDEN_ADDRESS)
    assert connections == []


@pytest.mark.parametrize("url", [url for url in HOSTILE if "\n" not in url and "://" in url])
def test_a_redirect_to_a_hostile_address_is_refused_before_it_is_followed(
    url: str, connections: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = b"HTTP/1.1 302 Found\r\nLocation: " + url.encode() + b"\r\nContent-Length: 0\r\n\r\n"
    with HttpServer({"*": reply}) as stranger:
        monkeypatch.setattr(socket, "getaddrinfo", resolver(INTERNAL_NAMES))
        place = f"127.0.0.1:{stranger.port}"
        with pytest.raises(InputError) as refused:
            web.fetch(f"http://{place}/", frozenset({place}), 1000, Deadline(5))
    assert refused.value.code in (Code.BAD_ADDRESS, Code.FORBIDDEN_ADDRESS, Code.NOT_FOUND, Code.BAD_RESPONSE)
    assert {address[1] for address in connections} == {stranger.port}


def test_the_address_that_was_judged_is_the_one_connected_to(
    connections: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers with a public address first and an internal one after is asked only once."""
    answers = iter([["192.0.2.1"], ["127.0.0.1"]])
    asked: list[str] = []

    def rebinding(host: str, *_: object, **__: object) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in next(answers)]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(addresses, "is_public", lambda address: str(address) == "192.0.2.1")
    # 192.0.2.1 answers nobody, so the exchange ends at the deadline.
    with pytest.raises(SourceUnavailableError):
        web.fetch("http://rebinding.example/", frozenset(), 1000, Deadline(0.2))
    assert asked == ["rebinding.example"]
    assert {address[0] for address in connections} == {"192.0.2.1"}


def test_a_private_host_is_reached_at_exactly_its_port() -> None:
    with HttpServer({"*": ok(b"image")}) as stranger, HttpServer({"*": ok(b"secret")}) as other:
        allowed = frozenset({stranger.host_port})
        assert web.fetch(stranger.url(), allowed, 1000, Deadline(5)) == b"image"
        for url in (other.url(), f"http://127.0.0.1:{stranger.port}/", "http://localhost/"):
            with pytest.raises(InputError) as refused:
                web.fetch(url, allowed, 1000, Deadline(5))
            assert refused.value.code is Code.FORBIDDEN_ADDRESS
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
def test_only_a_name_that_does_not_exist_is_the_senders_fault(
    error: OSError, expected: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(expected):
        addresses.resolve(addresses.parse("http://nowhere.example/"), frozenset(), Deadline(5))


@pytest.mark.parametrize(
    ("url", "place", "authority", "target"),
    [
        ("http://Example.COM", "example.com:80", "example.com", "/"),
        ("https://example.com/a%20b?c=d#e", "example.com:443", "example.com", "/a%20b?c=d"),
        ("https://example.com:80?x", "example.com:80", "example.com:80", "/?x"),
        ("http://[2606:2800::1]:443/", "[2606:2800::1]:443", "[2606:2800::1]:443", "/"),
        ("http://8.8.8.8/@me", "8.8.8.8:80", "8.8.8.8", "/@me"),
        ("http://a_b.xn--bcher-kva.example/", "a_b.xn--bcher-kva.example:80", "a_b.xn--bcher-kva.example", "/"),
    ],
)
def test_ordinary_addresses_are_taken_apart(url: str, place: str, authority: str, target: str) -> None:
    address = addresses.parse(url)
    assert (address.host_port, address.authority, address.target) == (place, authority, target)


def test_no_refusal_shows_a_query() -> None:
    for url in HOSTILE:
        with pytest.raises(InputError) as refused:
            Fetcher().fetch(url.split("#")[0] + "?X-Amz-Signature=secret", Deadline(5))
        assert "secret" not in refused.value.message


def test_ipv4_is_tried_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolver({"both.example": ["2606:2800::1", "93.184.216.34"]}))
    endpoints = addresses.resolve(addresses.parse("https://both.example/"), frozenset(), Deadline(5))
    assert [endpoint.sockaddr for endpoint in endpoints] == [("93.184.216.34", 443), ("2606:2800::1", 443)]


def test_of_a_redirect_only_the_place_matters_not_the_scheme() -> None:
    with HttpServer({"/a": redirect("b"), "/b": ok(b"image")}) as stranger:
        assert web.fetch(stranger.url("/a"), frozenset({stranger.host_port}), 1000, Deadline(5)) == b"image"
