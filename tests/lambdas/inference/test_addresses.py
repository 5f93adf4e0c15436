"""Where an address may lead: a table of hostile ones, sent directly and by redirect."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from inference import addresses, web
from inference.deadline import Deadline
from inference.faults import Code, PermanentFault, SourceUnavailable
from inference.fetch import Fetcher
from tests.lambdas.stranger import Stranger, ok, redirect

INTERNAL_NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "localhost6": ["::1"],
    "intranet": ["10.1.2.3"],
    "metadata.google.internal": ["169.254.169.254"],
    "mixed.example": ["93.184.216.34", "10.0.0.1"],
    "mixed6.example": ["93.184.216.34", "fd00::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "scoped.example": ["fe80::1%lo"],
    "nat64.example": ["64:ff9b::a9fe:a9fe"],
    "teredo.example": ["2001:0:4136:e378:8000:63bf:3fff:fdd2"],
}

HOSTILE = [
    # IPv4, plainly internal
    "http://127.0.0.1/",
    "http://127.0.0.1:80/",
    "https://127.255.255.254/",
    "http://0.0.0.0/",
    "http://0.1.2.3/",
    "http://10.0.0.1/",
    "http://10.255.255.255/",
    "http://100.64.0.1/",
    "http://100.100.100.200/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "http://169.254.170.2/v2/credentials",
    "http://169.254.169.123/",
    "http://172.16.0.1/",
    "http://172.31.255.254/",
    "http://192.168.0.1/",
    "http://192.168.255.255/",
    "http://192.0.0.192/opc/v1/",
    "http://192.0.2.1/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://198.19.255.255/",
    "http://198.51.100.7/",
    "http://203.0.113.7/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://168.63.129.16/machine",
    # IPv4 in other spellings
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0X7F.0.0.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0177.0.0.01/",
    "http://127.1/",
    "http://127.0.1/",
    "http://0/",
    "http://0x/",
    "http://127.0.0.1./",
    "http://127.0.0.0x1/",
    "http://127.0.0.1.0/",
    "http://00127.0.0.1/",
    "http://3232235777/",
    "http://425.510.425.510/",
    "http://0251.0376.0251.0376/",
    "http://0xa9fea9fe/",
    "http://2852039166/",
    "http://169.16689662/",
    "http://127。0。0。1/",
    "http://①②⑦.⓪.⓪.①/",
    # IPv6
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::a9fe:a9fe]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:a9fe:a9fe::]/",
    "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[5f00::1]/",
    "http://[100::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://[fe80::1]/",
    "http://[fe80::1%25lo]/",
    "http://[::1%25lo]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[::1/",
    "http://::1/",
    "http://[127.0.0.1]/",
    "http://[v1.fe80::1]/",
    # names
    "http://localhost/",
    "http://LOCALHOST/",
    "http://localhost./",
    "http://localhost6/",
    "http://intranet/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://mixed.example/",
    "http://mixed6.example/",
    "http://mapped.example/",
    "http://scoped.example/",
    "http://nat64.example/",
    "http://teredo.example/",
    # ports
    "http://93.184.216.34:22/",
    "http://93.184.216.34:8080/",
    "https://93.184.216.34:6379/",
    "http://93.184.216.34:0/",
    "http://93.184.216.34:65616/",
    "http://93.184.216.34:-80/",
    "http://93.184.216.34:\uff18\uff10/",  # full-width digits
    # what parsers disagree about
    "http://example.com@127.0.0.1/",
    "http://user:password@127.0.0.1/",
    "http://127.0.0.1#@example.com/",
    "http://127.0.0.1?@example.com/",
    "http://example.com\\@127.0.0.1/",
    "http://127.0.0.1\\.example.com/",
    "http:\\\\127.0.0.1\\",
    "http:/127.0.0.1/",
    "http:127.0.0.1/",
    "http:///127.0.0.1/",
    "//127.0.0.1/",
    "http://127.0.0.1%2f@example.com/",
    "http://%31%32%37.0.0.1/",
    "http://127.0.0.1%00.example.com/",
    "http://exa\tmple.com/",
    "http://127.0.0.1\r\nHost: example.com/",
    "http://exam\nple.com/",
    "http://ex ample.com/",
    "http://.example.com/",
    "http://example..com/",
    "http://-example.com/",
    "http://" + "a" * 64 + ".com/",
    "http://exämple.com/",
    "http://localhost,example.com/",
    # other schemes
    "file:///etc/passwd",
    "file://localhost/etc/passwd",
    "ftp://127.0.0.1/",
    "gopher://127.0.0.1:6379/_INFO",
    "dict://127.0.0.1:11211/stats",
    "data:image/png;base64,AAAA",
    "javascript:alert(1)",
    "jar:http://127.0.0.1!/",
    "unix:///var/run/docker.sock",
    "s3://somebody-elses-bucket/key",
    "s3:///key",
    "s3://Bucket_With_Capitals/key",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
    "",
    "http://",
    "http://?",
]


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
    with pytest.raises(PermanentFault) as refused:
        Fetcher().fetch(url, Deadline(5))
    assert refused.value.code in (Code.BAD_ADDRESS, Code.FORBIDDEN_ADDRESS)
    assert connections == []


@pytest.mark.parametrize("url", [url for url in HOSTILE if "\n" not in url and "://" in url])
def test_a_redirect_to_a_hostile_address_is_refused_before_it_is_followed(
    url: str, connections: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = b"HTTP/1.1 302 Found\r\nLocation: " + url.encode() + b"\r\nContent-Length: 0\r\n\r\n"
    with Stranger({"*": reply}) as stranger:
        monkeypatch.setattr(socket, "getaddrinfo", resolver(INTERNAL_NAMES))
        place = f"127.0.0.1:{stranger.port}"
        with pytest.raises(PermanentFault) as refused:
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
    with pytest.raises(SourceUnavailable):
        web.fetch("http://rebinding.example/", frozenset(), 1000, Deadline(0.2))
    assert asked == ["rebinding.example"]
    assert {address[0] for address in connections} == {"192.0.2.1"}


def test_a_private_host_is_reached_at_exactly_its_port() -> None:
    with Stranger({"*": ok(b"image")}) as stranger, Stranger({"*": ok(b"secret")}) as other:
        allowed = frozenset({stranger.place})
        assert web.fetch(stranger.url(), allowed, 1000, Deadline(5)) == b"image"
        for url in (other.url(), f"http://127.0.0.1:{stranger.port}/", "http://localhost/"):
            with pytest.raises(PermanentFault) as refused:
                web.fetch(url, allowed, 1000, Deadline(5))
            assert refused.value.code is Code.FORBIDDEN_ADDRESS
    assert other.requests == []


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), PermanentFault),
        (socket.gaierror(socket.EAI_AGAIN, "later"), SourceUnavailable),
        (socket.gaierror(socket.EAI_FAIL, "broken"), SourceUnavailable),
        (OSError("no resolver"), SourceUnavailable),
    ],
)
def test_only_a_name_that_does_not_exist_is_the_senders_fault(
    error: OSError, expected: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(expected):
        addresses.resolve(addresses.read("http://nowhere.example/"), frozenset(), Deadline(5))


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
    address = addresses.read(url)
    assert (address.place, address.authority, address.target) == (place, authority, target)


def test_no_refusal_shows_a_query() -> None:
    for url in HOSTILE:
        with pytest.raises(PermanentFault) as refused:
            Fetcher().fetch(url.split("#")[0] + "?X-Amz-Signature=secret", Deadline(5))
        assert "secret" not in refused.value.message


def test_ipv4_is_tried_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolver({"both.example": ["2606:2800::1", "93.184.216.34"]}))
    endpoints = addresses.resolve(addresses.read("https://both.example/"), frozenset(), Deadline(5))
    assert [endpoint.sockaddr for endpoint in endpoints] == [("93.184.216.34", 443), ("2606:2800::1", 443)]


def test_of_a_redirect_only_the_place_matters_not_the_scheme() -> None:
    with Stranger({"/a": redirect("b"), "/b": ok(b"image")}) as stranger:
        assert web.fetch(stranger.url("/a"), frozenset({stranger.place}), 1000, Deadline(5)) == b"image"
