"""Fetching over HTTP from servers that misbehave, over real sockets on loopback."""

import contextlib
import gzip
import itertools
import socket
from collections.abc import Callable

import pytest

from inference.deadline import Deadline
from inference.errors import Code, InputError, SourceUnavailableError
from inference.fetch import web
from tests.support.lambdas.http_server import IMAGE, LIMIT, HttpServer, Reply, chunked, fetch, ok, redirect, status


def endless(start: bytes, block: bytes) -> Callable[[socket.socket], None]:
    def reply(connection: socket.socket) -> None:
        connection.sendall(start)
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(block)

    return reply


@pytest.mark.parametrize(
    "reply",
    [
        ok(IMAGE),
        ok(IMAGE) + b"more than was announced",
        ok(IMAGE, "Content-Length: 10240"),
        ok(IMAGE, "Content-Encoding: identity"),
        ok(IMAGE).replace(b"HTTP/1.1", b"HTTP/1.0"),
        ok(IMAGE).replace(b"\r\n", b"\n", 2),
        b"HTTP/1.1 200\r\n\r\n".replace(b"200", b"200 ") + IMAGE,
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + ok(IMAGE),
        chunked(IMAGE[:7], IMAGE[7:9000], IMAGE[9000:]) + b"0\r\nTrailer: x\r\n\r\n",
        chunked(IMAGE).replace(b"2800\r\n", b"2800 ; name=value\r\n") + b"0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + IMAGE,
    ],
    ids=itertools.count(),
)
def test_body_of_valid_response_is_returned(reply: bytes) -> None:
    with HttpServer({"*": reply}) as server:
        assert fetch(server) == IMAGE


PERMANENT: dict[str, tuple[Reply, Code]] = {
    "announced too large": (status(200).replace(b"Length: 0", b"Length: 100001"), Code.TOO_LARGE),
    "announced absurdly large": (status(200).replace(b"Length: 0", b"Length: " + b"9" * 5000), Code.TOO_LARGE),
    "endless body": (endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536), Code.TOO_LARGE),
    "endless chunks": (
        endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n"),
        Code.TOO_LARGE,
    ),
    "one huge chunk": (chunked() + b"ffffffff\r\nx", Code.TOO_LARGE),
    "tiny chunks with long extensions": (
        endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1;" + b"y" * 4000 + b"\r\nx\r\n"),
        Code.BAD_RESPONSE,
    ),
    "negative chunk": (chunked() + b"-1\r\nx\r\n", Code.BAD_RESPONSE),
    "chunk in words": (chunked() + b"many\r\nx\r\n", Code.BAD_RESPONSE),
    "chunk in Python's spelling": (chunked() + b"1_0\r\nx\r\n", Code.BAD_RESPONSE),
    "chunk longer than it says": (chunked() + b"2\r\nxyz\r\n0\r\n\r\n", Code.BAD_RESPONSE),
    "negative length": (ok(b"").replace(b"Length: 0", b"Length: -1"), Code.BAD_RESPONSE),
    "length in words": (ok(b"").replace(b"Length: 0", b"Length: long"), Code.BAD_RESPONSE),
    "two lengths": (ok(b"x", "Content-Length: 2"), Code.BAD_RESPONSE),
    "gzip bomb": (ok(gzip.compress(bytes(10_000_000)), "Content-Encoding: gzip"), Code.BAD_RESPONSE),
    "transfer in gzip": (status(200, "Transfer-Encoding: gzip, chunked"), Code.BAD_RESPONSE),
    "one huge header": (endless(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65536), Code.BAD_RESPONSE),
    "many headers": (endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 50), Code.BAD_RESPONSE),
    "endless interim replies": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50), Code.BAD_RESPONSE),
    "endless status line": (endless(b"HTTP/1.1 200 ", b"O" * 65536), Code.BAD_RESPONSE),
    "not HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n", Code.BAD_RESPONSE),
    "HTTP/2": (b"HTTP/2 200 OK\r\n\r\n", Code.BAD_RESPONSE),
    "HTTP/0.9": (b"<html>hello</html>\n", Code.BAD_RESPONSE),
    "status of four digits": (b"HTTP/1.1 2000 OK\r\n\r\n", Code.BAD_RESPONSE),
    "redirect to nowhere": (status(302), Code.BAD_RESPONSE),
    "redirect to itself": (redirect("/"), Code.BAD_RESPONSE),
    "redirect to a broken address": (redirect("http://[::1"), Code.BAD_RESPONSE),
    "redirect to a file": (redirect("file:///etc/passwd"), Code.BAD_ADDRESS),
    "redirect to a bucket": (redirect("s3://bucket/key"), Code.BAD_ADDRESS),
    "redirect with credentials": (redirect("http://user:password@example.com/"), Code.BAD_ADDRESS),
    "204": (status(204), Code.BAD_RESPONSE),
    "206": (status(206), Code.BAD_RESPONSE),
    "304": (status(304), Code.BAD_RESPONSE),
    "400": (status(400), Code.BAD_RESPONSE),
    "401": (status(401), Code.DENIED),
    "403": (status(403), Code.DENIED),
    "404": (status(404), Code.NOT_FOUND),
    "410": (status(410), Code.NOT_FOUND),
    "451": (status(451), Code.DENIED),
    "999": (status(999).replace(b"999", b"499"), Code.BAD_RESPONSE),
}


@pytest.mark.parametrize("name", PERMANENT)
def test_invalid_response_is_rejected(name: str) -> None:
    reply, code = PERMANENT[name]
    with HttpServer({"*": reply}) as server, pytest.raises(InputError) as rejected:
        fetch(server)
    assert rejected.value.code is code


TRANSIENT: dict[str, Reply] = {
    "closed at once": b"",
    "closed in the status": b"HTTP/1.1 20",
    "closed in the headers": b"HTTP/1.1 200 OK\r\nContent-Le",
    "short body": ok(IMAGE)[:-1],
    "no body": ok(IMAGE)[: -len(IMAGE)],
    "short chunk": chunked(IMAGE)[:-100],
    "closed in a chunk's size": chunked() + b"28",
    "closed between headers": b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n",
    "no last chunk": chunked(IMAGE),
    "408": status(408),
    "425": status(425),
    "429": status(429),
    "500": status(500),
    "502": status(502),
    "503": status(503, "Retry-After: 3600"),
    "504": status(504),
}


@pytest.mark.parametrize("name", TRANSIENT)
def test_transient_response_is_retried(name: str) -> None:
    with HttpServer({"*": TRANSIENT[name]}) as server, pytest.raises(SourceUnavailableError):
        fetch(server)


def test_five_redirects_are_followed_but_not_six() -> None:
    routes: dict[str, Reply] = {
        f"/{n}": redirect(f"/{n - 1}", code) for n, code in enumerate((0, 301, 302, 303, 307, 308, 301))
    }
    with HttpServer({**routes, "/0": ok(IMAGE)}) as server:
        assert fetch(server, "/5") == IMAGE
        with pytest.raises(InputError) as rejected:
            fetch(server, "/6")
    assert rejected.value.code is Code.BAD_RESPONSE
    assert "5" in rejected.value.message


def test_raw_characters_in_redirect_are_encoded() -> None:
    reply = b"HTTP/1.1 302 Found\r\nLocation: /b\xc3\xbccher und mehr\r\nContent-Length: 0\r\n\r\n"
    with HttpServer({"/": reply, "*": ok(IMAGE)}) as server:
        assert fetch(server) == IMAGE
    assert server.requests[1].startswith("GET /b%C3%BCcher%20und%20mehr HTTP/1.1\r\n")


def test_request_has_plain_headers() -> None:
    with HttpServer({"*": ok(IMAGE)}) as server:
        fetch(server, "/a?b=c#d")
        port = server.port
    lines = server.requests[0].split("\r\n")
    assert lines[0] == "GET /a?b=c HTTP/1.1"
    assert f"Host: localhost:{port}" in lines
    assert "Accept-Encoding: identity" in lines


def test_proxy_settings_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    with HttpServer({"*": ok(b"from the proxy")}) as proxy, HttpServer({"*": ok(IMAGE)}) as server:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        assert fetch(server) == IMAGE
    assert proxy.requests == []


def test_refused_connection_is_retried() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(SourceUnavailableError):
        web.fetch(f"http://127.0.0.1:{port}/", frozenset({f"127.0.0.1:{port}"}), LIMIT, Deadline(5))
