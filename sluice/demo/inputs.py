"""What the demonstration sends: held-out digits, and addresses that each break another rule."""

import json
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from time import sleep

from sluice.demo.digits import Digit
from sluice.image_server import File, ImageServer

FAR = "/far"
FAR_SECONDS = 0.4


@dataclass(frozen=True)
class Input:
    """One task: its id, the SQS body, and what is expected of it (`label` for a digit, nothing for bad input)."""

    id: str
    body: str
    shows: str
    digit: Digit | None = None


def good(digits: list[Digit], server: ImageServer) -> list[Input]:
    """A task for each digit."""
    return [
        Input(
            digit.path,
            json.dumps({"id": digit.path, "url": server.url(digit.path)}),
            f"a scanned {digit.label}",
            digit,
        )
        for digit in digits
    ]


def bad(server: ImageServer) -> list[Input]:
    """Tasks that must each end as a rejection."""
    addresses = {
        "a page that is not there": server.url("/missing.png"),
        "a text file": server.url("/notes.txt"),
        "half a PNG": server.url("/half.png"),
        "a PNG of 900 million pixels": server.url("/bomb.png"),
        "the cloud's credentials": "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
        "another port of this machine": "http://127.0.0.1:22/",
        "an internal address in disguise": "http://0x7f000001/",
        "a file of the server": "file:///etc/passwd",
        "a bucket that is not allowed": "s3://somebody-elses-bucket/cat.jpg",
        "no address at all": "hello",
    }
    tasks = {shows: {"url": url} for shows, url in addresses.items()} | {"a number for an address": {"url": 42}}
    return [
        Input(f"bad/{n}", json.dumps({"id": f"bad/{n}", **task}), shows)
        for n, (shows, task) in enumerate(tasks.items())
    ]


def mixed(digits: list[Digit], server: ImageServer) -> list[Input]:
    """Good and bad addresses for one list, four digits before each bad one; the digits come from far away."""
    bad_ones = [task for task in bad(server) if isinstance(json.loads(task.body)["url"], str)]
    far = [Digit(f"{FAR}{digit.path}", digit.png, digit.label) for digit in digits]
    good_ones = iter(good(far, server))
    return [task for one in bad_ones for task in (*islice(good_ones, 4), one)]


def web(files: Mapping[str, File]) -> Callable[[str], File | None]:
    """What a site answers: the files at once, and below /far after the time that a distant server takes."""

    def answer(path: str) -> File | None:
        if path.startswith(FAR):
            sleep(FAR_SECONDS)
        return files.get(path.removeprefix(FAR))

    return answer


def traps(digit: Digit) -> dict[str, File]:
    """Files that look like images and are none."""
    return {
        "/notes.txt": File(b"Not an image.", "image/png"),
        "/half.png": File(digit.png[: len(digit.png) // 2], "image/png"),
        "/bomb.png": File(_bomb(30_000), "image/png"),
    }


def _bomb(side: int) -> bytes:
    """A valid black PNG of side x side pixels in a hundred kilobytes."""
    rows = zlib.compress(bytes(1 + side // 8) * side, 9)
    header = struct.pack(">2I5B", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, (b"IHDR", b"IDAT", b"IEND"), (header, rows, b"")))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
