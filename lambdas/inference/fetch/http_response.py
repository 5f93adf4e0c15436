"""HTTP/1.1 replies read strictly: under a deadline, within limits, and never decompressed."""

import io
import re
import socket
from http.client import HTTPException, HTTPMessage, parse_headers
from typing import TypeAlias

from inference.deadline import Deadline
from inference.errors import Code, InputError, SourceUnavailableError, too_large_error

MAX_HEAD_BYTES = 64 * 1024

_STATUS = re.compile(rb"HTTP/1\.[01] ([1-9][0-9]{2})(?: [^\r\n]*)?\r?\n")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_BLOCK = 64 * 1024


class Channel(io.RawIOBase):
    """A connected socket as a raw stream: every read ends by the deadline and is taken off an allowance of bytes.

    The allowance covers what is not the body itself (headers, framing, interim replies), which a stranger could
    otherwise send without end.
    """

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection = connection
        self._deadline = deadline
        self.allowance = MAX_HEAD_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self.allowance <= 0:
            raise bad_response("sends more than its headers or framing may take")
        self._connection.settimeout(self._deadline.timeout())
        count = self._connection.recv_into(buffer)
        self.allowance -= count
        return count


Stream: TypeAlias = "io.BufferedReader[Channel]"


def buffered(channel: Channel) -> Stream:
    return io.BufferedReader(channel, _BLOCK)


def bad_response(what: str) -> InputError:
    return InputError(Code.BAD_RESPONSE, f"The server {what}; serve the image as a plain HTTP reply.")


def read_head(stream: Stream) -> tuple[int, HTTPMessage]:
    """Status and headers of the reply, past any interim ones (1xx)."""
    while True:
        match = _STATUS.fullmatch(_line(stream))
        if match is None:
            raise bad_response("does not answer in HTTP/1")
        # parse_headers would take a connection that breaks for the end of the headers.
        lines = [_line(stream)]
        while lines[-1] not in (b"\r\n", b"\n"):
            lines.append(_line(stream))
        try:
            headers = parse_headers(io.BytesIO(b"".join(lines)))
        except HTTPException:
            raise bad_response("sends too many or too long headers") from None
        status = int(match[1])
        if status >= 200:
            return status, headers


def read_body(stream: Stream, headers: HTTPMessage, limit: int) -> bytearray:
    """The body, whole. Raises InputError (too_large) above `limit` bytes, SourceUnavailableError when it ends early."""
    coding = headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("identity", ""):
        raise bad_response("sends the image compressed (Content-Encoding) though it was asked not to")
    transfer = headers.get("Transfer-Encoding")
    if transfer is not None:
        if transfer.strip().lower() != "chunked":
            raise bad_response("sends the image in an unknown Transfer-Encoding")
        return _read_chunks(stream, limit)
    lengths = set(headers.get_all("Content-Length", []))
    if not lengths:
        return _read_to_end(stream, limit)
    length = lengths.pop().strip()
    if lengths or not (length.isascii() and length.isdigit()):
        raise bad_response("sends a Content-Length that is not one whole number")
    # A length of thousands of digits is no number that int() would read.
    size = int(length) if len(length) < 16 else limit + 1
    if size > limit:
        raise too_large_error(limit)
    body = bytearray(size)
    _fill(stream, memoryview(body))
    return body


def _line(stream: Stream) -> bytes:
    line = stream.readline(_BLOCK)
    if not line.endswith(b"\n") and len(line) < _BLOCK:
        raise _cut_short()
    return line


def _cut_short() -> SourceUnavailableError:
    return SourceUnavailableError("The server closed the connection before the image was there.")


def _fill(stream: Stream, view: memoryview) -> None:
    if stream.readinto(view) < len(view):
        raise _cut_short()


def _read_to_end(stream: Stream, limit: int) -> bytearray:
    body = bytearray()
    while block := stream.read(_BLOCK):
        body += block
        if len(body) > limit:
            raise too_large_error(limit)
    return body


def _read_chunks(stream: Stream, limit: int) -> bytearray:
    body = bytearray()
    while True:
        match = _CHUNK.fullmatch(_line(stream))
        if match is None:
            raise bad_response("sends the image in chunks without a valid size")
        size = int(match[1], 16)
        if size == 0:
            return body
        if len(body) + size > limit:
            raise too_large_error(limit)
        chunk = bytearray(size)
        _fill(stream, memoryview(chunk))
        body += chunk
        if stream.readline(3) not in (b"\r\n", b"\n"):
            raise bad_response("sends chunks that are longer than they say")
