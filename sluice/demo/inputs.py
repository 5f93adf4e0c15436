"""The inputs of the demonstration: held-out digits, and bad inputs that each break another rule."""

import json
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from time import sleep

from sluice.demo.digits import Digit
from sluice.image_server import File, ImageServer

SLOW_PATH = "/far"
SLOW_SECONDS = 0.4


@dataclass(frozen=True)
class Input:
    """One task.

    Attributes:
        id: The task's id.
        body: The body of the SQS message.
        description: The input in words, for reports.
        digit: The digit that it shows; None for a bad input, which must be rejected.
    """

    id: str
    body: str
    description: str
    digit: Digit | None = None


def good_inputs(digits: list[Digit], server: ImageServer) -> list[Input]:
    """Return an input for each digit."""
    return [
        Input(
            digit.path,
            json.dumps({"id": digit.path, "url": server.url(digit.path)}),
            f"a scanned {digit.label}",
            digit,
        )
        for digit in digits
    ]


def bad_inputs(server: ImageServer) -> list[Input]:
    """Return inputs that must all be rejected."""
    urls = {
        "a missing page": server.url("/missing.png"),
        "a text file": server.url("/notes.txt"),
        "half a PNG": server.url("/half.png"),
        "a PNG of 900 million pixels": server.url("/bomb.png"),
        "the cloud's credentials": "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
        "another port of this machine": "http://127.0.0.1:22/",
        "a disguised internal address": "http://0x7f000001/",
        "a file of the server": "file:///etc/passwd",
        "a bucket that is not allowed": "s3://another-teams-bucket/cat.jpg",
        "not a URL": "hello",
    }
    tasks = {name: {"url": url} for name, url in urls.items()} | {"a number instead of a URL": {"url": 42}}
    return [
        Input(f"bad/{n}", json.dumps({"id": f"bad/{n}", **task}), description)
        for n, (description, task) in enumerate(tasks.items())
    ]


def mixed_inputs(digits: list[Digit], server: ImageServer) -> list[Input]:
    """Return good and bad inputs for one list: four digits from a slow server before each bad input."""
    bad = [item for item in bad_inputs(server) if isinstance(json.loads(item.body)["url"], str)]
    slow = [Digit(f"{SLOW_PATH}{digit.path}", digit.png, digit.label) for digit in digits]
    good = iter(good_inputs(slow, server))
    return [item for bad_item in bad for item in (*islice(good, 4), bad_item)]


def serve_with_delay(files: Mapping[str, File]) -> Callable[[str], File | None]:
    """Return an image server's response function: paths below /far take as long as a distant server does."""

    def respond(path: str) -> File | None:
        if path.startswith(SLOW_PATH):
            sleep(SLOW_SECONDS)
        return files.get(path.removeprefix(SLOW_PATH))

    return respond


def broken_files(digit: Digit) -> dict[str, File]:
    """Return files that look like images and are not, by path."""
    return {
        "/notes.txt": File(b"Not an image.", "image/png"),
        "/half.png": File(digit.png[: len(digit.png) // 2], "image/png"),
        "/bomb.png": File(_decompression_bomb(30_000), "image/png"),
    }


def _decompression_bomb(side: int) -> bytes:
    """Return a valid black PNG of side x side pixels in a hundred kilobytes."""
    rows = zlib.compress(bytes(1 + side // 8) * side, 9)
    header = struct.pack(">2I5B", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, (b"IHDR", b"IDAT", b"IEND"), (header, rows, b"")))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
