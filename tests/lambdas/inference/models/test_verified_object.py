"""Downloading verified objects: complete and in parallel ranges, or an error and nothing left open."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pytest

from inference.errors import ModelError
from inference.fetch import s3
from inference.models.memory_file import MemoryFile
from inference.models.verified_object import RANGE_BYTES, VerifiedObject
from localcloud import LocalCloud

CONTENT = np.random.default_rng(3).bytes(2 * RANGE_BYTES + 1)


@pytest.fixture(scope="module")
def bucket(aws: LocalCloud) -> str:
    """The address of a bucket."""
    assert aws.endpoint
    client = boto3.client("s3")
    client.create_bucket(
        Bucket="lambdas-pinned", CreateBucketConfiguration={"LocationConstraint": client.meta.region_name}
    )
    return "s3://lambdas-pinned"


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.fixture
def put(bucket: str, request: pytest.FixtureRequest) -> Any:
    """A function that stores `content` and returns the object with the size and hash of `expected`."""

    def put(content: bytes, expected: bytes = CONTENT) -> VerifiedObject:
        key = hashlib.sha256(request.node.name.encode()).hexdigest()
        boto3.client("s3").put_object(Bucket="lambdas-pinned", Key=key, Body=content)
        return VerifiedObject(f"{bucket}/{key}", len(expected), hashlib.sha256(expected).hexdigest())

    return put


def list_open_files() -> list[str]:
    """Return the memory files and deleted files that this process has open."""
    paths = []
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            paths.append(str(descriptor.readlink()))
        except FileNotFoundError:
            continue
    return sorted(path for path in paths if "memfd" in path or "deleted" in path)


@pytest.mark.parametrize("size", [1, RANGE_BYTES - 1, RANGE_BYTES, RANGE_BYTES + 1, len(CONTENT)])
def test_object_is_downloaded_completely(size: int, put: Any, pool: ThreadPoolExecutor) -> None:
    verified_object = put(CONTENT[:size], CONTENT[:size])
    with closing(verified_object.download(pool)) as file:
        with file.map() as view:
            assert view[:] == CONTENT[:size]
        with Path(file.path).open("rb") as opened:
            assert opened.read() == CONTENT[:size]
    assert verified_object.read() == CONTENT[:size]


def test_each_range_is_requested_once(put: Any, pool: ThreadPoolExecutor) -> None:
    ranges: list[str] = []

    def record(request: Any, **_: Any) -> None:
        ranges.append(request.headers["Range"])

    verified_object = put(CONTENT)
    s3.client().meta.events.register("before-sign.s3.GetObject", record)
    try:
        verified_object.download(pool).close()
    finally:
        s3.client().meta.events.unregister("before-sign.s3.GetObject", record)
    assert sorted(ranges) == ["bytes=0-8388607", "bytes=16777216-16777216", "bytes=8388608-16777215"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (CONTENT[:-1] + bytes([CONTENT[-1] ^ 1]), "does not match its pinned hash or size: expected SHA-256"),
        (CONTENT + b"x", r"does not match its pinned hash or size: expected 16,777,217 bytes, found 16777218 bytes"),
        (CONTENT[:-1], "does not match its pinned hash or size: expected 16,777,217 bytes, found 16777216 bytes"),
        (CONTENT[:5], "does not match its pinned hash"),
        (b"", "cannot be read"),
    ],
    ids=["last byte", "longer", "shorter", "much shorter", "empty"],
)
def test_different_object_is_refused_and_nothing_stays_open(
    content: bytes, message: str, put: Any, pool: ThreadPoolExecutor
) -> None:
    verified_object = put(content)
    before = list_open_files()
    for _ in range(3):
        with pytest.raises(ModelError, match=message) as raised:
            verified_object.download(pool)
        assert verified_object.address in str(raised.value)
        assert "make publish" in str(raised.value)
    assert list_open_files() == before


def test_missing_object_is_refused(bucket: str, pool: ThreadPoolExecutor) -> None:
    before = list_open_files()
    for read in (
        VerifiedObject(f"{bucket}/nothing", 9, "0" * 64).read,
        lambda: VerifiedObject(f"{bucket}/no", 9, "0" * 64).download(pool),
    ):
        with pytest.raises(ModelError, match=r"cannot be read \(NoSuchKey\); expected SHA-256 0000"):
            read()
    assert list_open_files() == before


def test_object_larger_than_address_space_is_refused(bucket: str, pool: ThreadPoolExecutor) -> None:
    with pytest.raises(ModelError, match=r"no memory for the model file .* give the function more memory"):
        VerifiedObject(f"{bucket}/x", 1 << 60, "0" * 64).download(pool)


def test_memory_file_falls_back_to_temporary_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr("os.memfd_create", refuse)
    before = list_open_files()
    with closing(MemoryFile("model", 10)) as file:
        file.write(b"56789", 5)
        with Path(file.path).open("rb") as opened:
            assert opened.read() == bytes(5) + b"56789"
    assert list_open_files() == before
