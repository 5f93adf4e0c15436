"""Reads HTTP/1.1 responses strictly: within a deadline and size limits, and without decompressing anything.

Source: RFC 9112 (HTTP/1.1), sections 4 to 7.
"""

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


class LimitedStream(io.RawIOBase):
    """A connected socket as a raw stream whose reads end by the deadline and are deducted from an allowance.

    The allowance limits headers, framing and interim responses too, which a server could otherwise send without end.

    Attributes:
        allowance: Bytes that may still be read.
    """

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection = connection
        self._deadline = deadline
        self.allowance = MAX_HEAD_BYTES

    def readable(self) -> bool:
        """Return True, as `io.RawIOBase` requires of a stream for reading."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read into `buffer` and return the number of bytes, 0 at the end.

        Raises:
            InputError: The allowance is used up (bad_response).
            SourceUnavailableError: The deadline has expired.
            OSError: The connection failed.
        """
        if self.allowance <= 0:
            raise bad_response_error("sends more headers or framing than is allowed")
        self._connection.settimeout(self._deadline.timeout())
        count = self._connection.recv_into(buffer)
        self.allowance -= count
        return count


Reader: TypeAlias = "io.BufferedReader[LimitedStream]"


def buffer(stream: LimitedStream) -> Reader:
    """Return a buffered reader of the stream."""
    return io.BufferedReader(stream, _BLOCK)


def bad_response_error(problem: str) -> InputError:
    """Return the rejection of an image whose server does not respond as HTTP requires.

    Args:
        problem: A verb phrase that follows "The server".
    """
    return InputError(Code.BAD_RESPONSE, f"The server {problem}; serve the image as a plain HTTP response.")


def read_head(reader: Reader) -> tuple[int, HTTPMessage]:
    """Return status and headers of the response, after any interim ones (1xx).

    Raises:
        InputError: The response is not HTTP/1, or its headers are too many or too long (bad_response).
        SourceUnavailableError: The connection ended early, or the deadline has expired.
    """
    while True:
        match = _STATUS.fullmatch(_read_line(reader))
        if match is None:
            raise bad_response_error("does not answer in HTTP/1")
        # Read the lines here, since parse_headers takes a broken connection for the end of the headers.
        lines = [_read_line(reader)]
        while lines[-1] not in (b"\r\n", b"\n"):
            lines.append(_read_line(reader))
        try:
            headers = parse_headers(io.BytesIO(b"".join(lines)))
        except HTTPException:
            raise bad_response_error("sends too many or too long headers") from None
        status = int(match[1])
        if status >= 200:
            return status, headers


def read_body(reader: Reader, headers: HTTPMessage, limit: int) -> bytearray:
    """Return the complete body of the response.

    Args:
        reader: The connection, after the headers.
        headers: The headers, which say how the body is framed.
        limit: The most bytes.

    Raises:
        InputError: The body is larger than the limit (too_large), or compressed or framed wrongly (bad_response).
        SourceUnavailableError: The body ended early, or the deadline has expired.
    """
    content_encoding = headers.get("Content-Encoding", "identity").strip().lower()
    if content_encoding not in ("identity", ""):
        raise bad_response_error("sends the image compressed (Content-Encoding) although the request forbids it")
    transfer_encoding = headers.get("Transfer-Encoding")
    if transfer_encoding is not None:
        if transfer_encoding.strip().lower() != "chunked":
            raise bad_response_error("sends the image in an unknown Transfer-Encoding")
        return _read_chunks(reader, limit)
    lengths = set(headers.get_all("Content-Length", []))
    if not lengths:
        return _read_to_end(reader, limit)
    length = lengths.pop().strip()
    if lengths or not (length.isascii() and length.isdigit()):
        raise bad_response_error("sends a Content-Length that is not one whole number")
    size = int(length) if len(length) < 16 else limit + 1  # int() refuses thousands of digits
    if size > limit:
        raise too_large_error(limit)
    body = bytearray(size)
    _fill(reader, memoryview(body))
    return body


def _read_line(reader: Reader) -> bytes:
    line = reader.readline(_BLOCK)
    if not line.endswith(b"\n") and len(line) < _BLOCK:
        raise _closed_early_error()
    return line


def _closed_early_error() -> SourceUnavailableError:
    return SourceUnavailableError("The server closed the connection before the image was complete.")


def _fill(reader: Reader, view: memoryview) -> None:
    if reader.readinto(view) < len(view):
        raise _closed_early_error()


def _read_to_end(reader: Reader, limit: int) -> bytearray:
    body = bytearray()
    while block := reader.read(_BLOCK):
        body += block
        if len(body) > limit:
            raise too_large_error(limit)
    return body


def _read_chunks(reader: Reader, limit: int) -> bytearray:
    body = bytearray()
    while True:
        match = _CHUNK.fullmatch(_read_line(reader))
        if match is None:
            raise bad_response_error("sends the image in chunks without a valid size")
        size = int(match[1], 16)
        if size == 0:
            return body
        if len(body) + size > limit:
            raise too_large_error(limit)
        chunk = bytearray(size)
        _fill(reader, memoryview(chunk))
        body += chunk
        if reader.readline(3) not in (b"\r\n", b"\n"):
            raise bad_response_error("sends chunks that are longer than their size")
