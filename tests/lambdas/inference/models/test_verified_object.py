"""A model file comes in ranges, at once, straight to where it is used; or not at all, and nothing is left of it."""

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
def place(aws: LocalCloud) -> str:
    """A bucket."""
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
def put(place: str, request: pytest.FixtureRequest) -> Any:
    """Store `content`; the pin of what should be there."""

    def put(content: bytes, wanted: bytes = CONTENT) -> VerifiedObject:
        key = hashlib.sha256(request.node.name.encode()).hexdigest()
        boto3.client("s3").put_object(Bucket="lambdas-pinned", Key=key, Body=content)
        return VerifiedObject(f"{place}/{key}", len(wanted), hashlib.sha256(wanted).hexdigest())

    return put


def opened() -> list[str]:
    """The files of memory and disk that this process has open."""
    found = []
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            found.append(str(descriptor.readlink()))
        except FileNotFoundError:
            continue
    return sorted(path for path in found if "memfd" in path or "deleted" in path)


@pytest.mark.parametrize("size", [1, RANGE_BYTES - 1, RANGE_BYTES, RANGE_BYTES + 1, len(CONTENT)])
def test_every_byte_is_where_it_belongs(size: int, put: Any, pool: ThreadPoolExecutor) -> None:
    pinned = put(CONTENT[:size], CONTENT[:size])
    with closing(pinned.download(pool)) as pages:
        with pages.map() as view:
            assert view[:] == CONTENT[:size]
        with Path(pages.path).open("rb") as file:
            assert file.read() == CONTENT[:size]
    assert pinned.read() == CONTENT[:size]


def test_each_range_is_asked_for_once(put: Any, pool: ThreadPoolExecutor) -> None:
    asked: list[str] = []

    def note(request: Any, **_: Any) -> None:
        asked.append(request.headers["Range"])

    pinned = put(CONTENT)
    s3.client().meta.events.register("before-sign.s3.GetObject", note)
    try:
        pinned.download(pool).close()
    finally:
        s3.client().meta.events.unregister("before-sign.s3.GetObject", note)
    assert sorted(asked) == ["bytes=0-8388607", "bytes=16777216-16777216", "bytes=8388608-16777215"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (CONTENT[:-1] + bytes([CONTENT[-1] ^ 1]), "does not match its pinned hash or size: expected SHA-256"),
        (CONTENT + b"x", r"does not match its pinned hash or size: expected 16,777,217 bytes, found 16777218 bytes"),
        (CONTENT[:-1], "does not match its pinned hash or size: expected 16,777,217 bytes, found 16777216 bytes"),
        (CONTENT[:5], "does not match its pinned hash"),
        (b"", "cannot be read"),
    ],
    ids=["last byte", "longer", "shorter", "much shorter", "empty"],
)
def test_another_object_is_refused_and_nothing_stays_open(
    content: bytes, sentence: str, put: Any, pool: ThreadPoolExecutor
) -> None:
    pinned = put(content)
    before = opened()
    for _ in range(3):
        with pytest.raises(ModelError, match=sentence) as refused:
            pinned.download(pool)
        assert pinned.address in str(refused.value)
        assert "make publish" in str(refused.value)
    assert opened() == before


def test_an_object_that_is_not_there_is_refused(place: str, pool: ThreadPoolExecutor) -> None:
    before = opened()
    for read in (
        VerifiedObject(f"{place}/nothing", 9, "0" * 64).read,
        lambda: VerifiedObject(f"{place}/no", 9, "0" * 64).download(pool),
    ):
        with pytest.raises(ModelError, match=r"cannot be read \(NoSuchKey\); expected SHA-256 0000"):
            read()
    assert opened() == before


def test_a_file_larger_than_the_address_space_is_refused(place: str, pool: ThreadPoolExecutor) -> None:
    with pytest.raises(ModelError, match=r"no memory for the model file .* give the function more memory"):
        VerifiedObject(f"{place}/x", 1 << 60, "0" * 64).download(pool)


def test_where_the_system_lends_memory_no_path_a_nameless_file_does(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr("os.memfd_create", refused)
    before = opened()
    with closing(MemoryFile("model", 10)) as pages:
        pages.write(b"56789", 5)
        with Path(pages.path).open("rb") as file:
            assert file.read() == bytes(5) + b"56789"
    assert opened() == before
