"""The jobs bucket: the local cloud's S3, and stubbed answers where a real one cannot be made to."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError
from botocore.stub import Stubber

from inference.fetch import s3
from jobs.store import Missing, Store, StoreUnavailableError


@pytest.fixture
def stub(store: Store) -> Iterator[Stubber]:
    """S3 answering what a test says."""
    assert store.bucket
    with Stubber(s3.client()) as stubber:
        yield stubber


def test_what_is_put_is_read_whole_or_in_part(store: Store, job: str) -> None:
    content = bytes(range(256)) * 4000
    assert store.put(job, "a", content) == f"s3://lambdas-jobs/jobs/{job}/a"
    assert store.get(job, "a") == content
    assert store.get(job, "a", (1000, 300)) == content[1000:1300]
    assert store.get(job, "a", (len(content) - 1, 1)) == content[-1:]
    assert len(list(store.blocks(job, "a"))) > 1
    assert -5 < store.age(job, "a") < 60


def test_what_is_not_there_is_missing(store: Store, job: str) -> None:
    for ask in (store.get, store.age):
        with pytest.raises(Missing, match=f"s3://lambdas-jobs/jobs/{job}/a"):
            ask(job, "a")


def test_without_leave_to_list_a_missing_object_is_told_as_403(store: Store, stub: Stubber) -> None:
    stub.add_client_error("get_object", "AccessDenied", http_status_code=403)
    with pytest.raises(Missing):
        store.get("job", "a")


def test_of_many_writers_one_writes(store: Store, job: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        wrote = list(pool.map(lambda number: store.put_once(job, "a", f"{number}".encode()), range(16)))
    assert wrote.count(True) == 1
    assert store.get(job, "a") == str(wrote.index(True)).encode()


def test_a_race_that_s3_has_not_decided_is_run_again(store: Store, stub: Stubber) -> None:
    stub.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
    stub.add_client_error("put_object", "PreconditionFailed", http_status_code=412)
    assert store.put_once("job", "a", b"") is False
    for _ in range(5):
        stub.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
    with pytest.raises(StoreUnavailableError):
        store.put_once("job", "a", b"")
    stub.assert_no_pending_responses()


@pytest.mark.parametrize(("code", "status"), [("SlowDown", 503), ("InternalError", 500), ("ExpiredToken", 400)])
def test_what_passes_may_be_tried_again(code: str, status: int, store: Store, stub: Stubber) -> None:
    for operation in ("get_object", "put_object", "put_object"):
        stub.add_client_error(operation, code, http_status_code=status)
    with pytest.raises(StoreUnavailableError, match=code):
        store.get("job", "a")
    with pytest.raises(StoreUnavailableError, match=code):
        store.put("job", "a", b"")
    with pytest.raises(StoreUnavailableError, match=code):
        store.put_once("job", "a", b"")


def test_a_bucket_out_of_reach_may_be_tried_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise ConnectTimeoutError(endpoint_url="https://s3")

    monkeypatch.setattr(s3.client(), "get_object", fail)
    with pytest.raises(StoreUnavailableError, match="ConnectTimeoutError"):
        store.get("job", "a")


def test_put_denied_is_not_retried(store: Store, stub: Stubber) -> None:
    stub.add_client_error("put_object", "AccessDenied", http_status_code=403)
    with pytest.raises(ClientError, match="AccessDenied"):
        store.put("job", "a", b"")
