"""The jobs bucket, in the local cloud and with stubbed replies of S3."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError
from botocore.stub import Stubber

from inference.fetch import s3
from jobs.errors import ObjectNotFoundError, StoreUnavailableError
from jobs.store import JobStore


@pytest.fixture
def stub(store: JobStore) -> Iterator[Stubber]:
    """S3 with the replies of a test."""
    assert store.bucket
    with Stubber(s3.client()) as stubber:
        yield stubber


def test_object_is_read_whole_and_in_part(store: JobStore, job: str) -> None:
    content = bytes(range(256)) * 4000
    assert store.put(job, "a", content) == f"s3://lambdas-jobs/jobs/{job}/a"
    assert store.get(job, "a") == content
    assert store.get(job, "a", (1000, 300)) == content[1000:1300]
    assert store.get(job, "a", (len(content) - 1, 1)) == content[-1:]
    assert len(list(store.iterate(job, "a"))) > 1
    assert -5 < store.age_seconds(job, "a") < 60


def test_absent_object_is_not_found(store: JobStore, job: str) -> None:
    for read in (store.get, store.age_seconds):
        with pytest.raises(ObjectNotFoundError, match=f"s3://lambdas-jobs/jobs/{job}/a"):
            read(job, "a")


def test_status_403_means_not_found(store: JobStore, stub: Stubber) -> None:
    stub.add_client_error("get_object", "AccessDenied", http_status_code=403)
    with pytest.raises(ObjectNotFoundError):
        store.get("job", "a")


def test_put_if_absent_has_one_winner(store: JobStore, job: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        wrote = list(pool.map(lambda number: store.put_if_absent(job, "a", f"{number}".encode()), range(16)))
    assert wrote.count(True) == 1
    assert store.get(job, "a") == str(wrote.index(True)).encode()


def test_put_if_absent_retries_conflicts(store: JobStore, stub: Stubber) -> None:
    stub.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
    stub.add_client_error("put_object", "PreconditionFailed", http_status_code=412)
    assert store.put_if_absent("job", "a", b"") is False
    for _ in range(5):
        stub.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
    with pytest.raises(StoreUnavailableError):
        store.put_if_absent("job", "a", b"")
    stub.assert_no_pending_responses()


@pytest.mark.parametrize(("code", "status"), [("SlowDown", 503), ("InternalError", 500), ("ExpiredToken", 400)])
def test_transient_reply_is_store_unavailable(code: str, status: int, store: JobStore, stub: Stubber) -> None:
    for operation in ("get_object", "put_object", "put_object"):
        stub.add_client_error(operation, code, http_status_code=status)
    with pytest.raises(StoreUnavailableError, match=code):
        store.get("job", "a")
    with pytest.raises(StoreUnavailableError, match=code):
        store.put("job", "a", b"")
    with pytest.raises(StoreUnavailableError, match=code):
        store.put_if_absent("job", "a", b"")


def test_unreachable_bucket_is_store_unavailable(store: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise ConnectTimeoutError(endpoint_url="https://s3")

    monkeypatch.setattr(s3.client(), "get_object", fail)
    with pytest.raises(StoreUnavailableError, match="ConnectTimeoutError"):
        store.get("job", "a")


def test_put_denied_raises_client_error(store: JobStore, stub: Stubber) -> None:
    stub.add_client_error("put_object", "AccessDenied", http_status_code=403)
    with pytest.raises(ClientError, match="AccessDenied"):
        store.put("job", "a", b"")
