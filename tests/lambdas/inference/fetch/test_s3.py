"""Fetching from buckets: from the local cloud, or with stubbed responses for errors that it cannot produce."""

import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError, NoCredentialsError
from botocore.stub import Stubber

from inference.deadline import Deadline
from inference.errors import Code, InputError, SourceUnavailableError
from inference.fetch import s3
from inference.fetch.fetcher import Fetcher
from localcloud import LocalCloud
from tests.support.lambdas.http_server import HttpServer, Reply, drip

OWNER = "000000000000"


@pytest.fixture(scope="module")
def photos(aws: LocalCloud) -> str:
    """A bucket with two images."""
    assert aws.endpoint
    client = boto3.client("s3")
    client.create_bucket(Bucket="photos", CreateBucketConfiguration={"LocationConstraint": client.meta.region_name})
    client.put_object(Bucket="photos", Key="beach 7%20ü.jpg", Body=bytes(1000) * 600)
    client.put_object(Bucket="photos", Key="empty", Body=b"")
    return "photos"


@pytest.fixture
def stub(aws: LocalCloud) -> Iterator[Stubber]:
    """A stub of S3 that returns the responses a test adds."""
    assert aws.endpoint
    with Stubber(s3.client()) as stubber:
        yield stubber


def test_object_is_read_by_key_without_decoding(photos: str) -> None:
    fetcher = Fetcher(buckets={photos: OWNER})
    assert fetcher.fetch("s3://photos/beach 7%20ü.jpg", Deadline(5)) == bytes(600_000)
    assert fetcher.fetch("S3://photos/empty", Deadline(5)) == b""


def test_object_over_limit_is_rejected(photos: str) -> None:
    with pytest.raises(InputError) as rejected:
        Fetcher(buckets={photos: OWNER}, max_bytes=599_999).fetch("s3://photos/beach 7%20ü.jpg", Deadline(5))
    assert rejected.value.code is Code.TOO_LARGE
    assert "599,999" in rejected.value.message


@pytest.mark.parametrize(
    ("buckets", "url", "code"),
    [
        ({"photos": OWNER}, "s3://photos/missing.jpg", Code.NOT_FOUND),
        ({"no-such-bucket": OWNER}, "s3://no-such-bucket/a.jpg", Code.NOT_FOUND),
        ({}, "s3://photos/empty", Code.FORBIDDEN_ADDRESS),
        ({"photo": OWNER}, "s3://photos/empty", Code.FORBIDDEN_ADDRESS),
        ({"photos": OWNER}, "s3://photos", Code.BAD_ADDRESS),
        ({"photos": OWNER}, "s3://photos/", Code.BAD_ADDRESS),
        ({"photos": OWNER}, "s3://photos/" + "é" * 513, Code.BAD_ADDRESS),
        ({"photos": OWNER}, "s3://user@photos/key", Code.BAD_ADDRESS),
    ],
)
@pytest.mark.usefixtures("photos")
def test_forbidden_or_missing_object_is_rejected(buckets: dict[str, str], url: str, code: Code) -> None:
    with pytest.raises(InputError) as rejected:
        Fetcher(buckets=buckets).fetch(url, Deadline(5))
    assert rejected.value.code is code


def test_bucket_of_other_owner_is_denied(stub: Stubber) -> None:
    stub.add_client_error(
        "get_object",
        "AccessDenied",
        http_status_code=403,
        expected_params={"Bucket": "photos", "Key": "a", "ExpectedBucketOwner": "123456789012"},
    )
    with pytest.raises(InputError) as rejected:
        Fetcher(buckets={"photos": "123456789012"}).fetch("s3://photos/a", Deadline(5))
    assert rejected.value.code is Code.DENIED


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("InvalidObjectState", 403, Code.DENIED),
        ("NoSuchKey", 404, Code.NOT_FOUND),
        ("KMS.DisabledException", 400, Code.BAD_RESPONSE),
        ("PermanentRedirect", 301, Code.BAD_RESPONSE),
        ("SlowDown", 503, None),
        ("InternalError", 500, None),
        ("RequestTimeout", 400, None),
        ("TooManyRequests", 429, None),
        ("ExpiredToken", 400, None),
        ("InvalidAccessKeyId", 403, None),
        ("SignatureDoesNotMatch", 403, None),
    ],
)
def test_s3_error_is_rejected_or_retried(code: str, status: int, expected: Code | None, stub: Stubber) -> None:
    stub.add_client_error("get_object", code, http_status_code=status)
    with pytest.raises(InputError if expected else SourceUnavailableError) as raised:
        Fetcher(buckets={"photos": OWNER}).fetch("s3://photos/a", Deadline(5))
    assert (raised.value.code if isinstance(raised.value, InputError) else None) is expected
    assert code in str(raised.value) or expected is Code.NOT_FOUND


@pytest.mark.parametrize(
    "error", [ConnectTimeoutError(endpoint_url="https://s3"), NoCredentialsError(), ConnectionResetError()]
)
def test_unreachable_s3_is_retried(error: Exception, aws: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise error

    assert aws.endpoint
    monkeypatch.setattr(s3.client(), "get_object", fail)
    with pytest.raises(SourceUnavailableError):
        Fetcher(buckets={"photos": OWNER}).fetch("s3://photos/a", Deadline(5))


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (drip(b"", b"", 75), "did not arrive within"),
        (drip(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n", b"x", 75), "did not arrive within"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\nxyz", "IncompleteRead"),
    ],
    ids=["silence", "drip", "short body"],
)
def test_slow_or_truncated_s3_reply_is_retried(
    reply: Reply, message: str, aws: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert aws.endpoint
    with HttpServer({"*": reply}) as server:
        slow = boto3.client("s3", endpoint_url=server.url())
        monkeypatch.setattr(s3, "client", lambda: slow)
        started = time.monotonic()
        with pytest.raises(SourceUnavailableError, match=message):
            Fetcher(buckets={"photos": OWNER}).fetch("s3://photos/a", Deadline(0.3))
        assert time.monotonic() - started < 1.25
        slow.close()


def test_expired_deadline_is_retried(photos: str) -> None:
    with pytest.raises(SourceUnavailableError):
        Fetcher(buckets={photos: OWNER}).fetch("s3://photos/empty", Deadline(0))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PRIVATE_HOSTS", "localhost"),
        ("PRIVATE_HOSTS", "localhost:http"),
        ("IMAGE_BUCKETS", "photos"),
        ("IMAGE_BUCKETS", "[]"),
        ("IMAGE_BUCKETS", '{"photos": 123456789012}'),
    ],
)
def test_invalid_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        Fetcher.from_environment({name: value})


def test_settings_are_parsed() -> None:
    fetcher = Fetcher.from_environment(
        {"PRIVATE_HOSTS": " LocalHost:8000,[::1]:81 ,", "IMAGE_BUCKETS": '{"photos": "1"}'}
    )
    assert fetcher.private_hosts == {"localhost:8000", "[::1]:81"}
    assert fetcher.buckets == {"photos": "1"}
    assert Fetcher.from_environment({"PRIVATE_HOSTS": "", "IMAGE_BUCKETS": ""}) == Fetcher()


def test_overlong_address_is_rejected() -> None:
    with pytest.raises(InputError) as rejected:
        Fetcher().fetch("http://example.com/" + "a" * 9000, Deadline(5))
    assert rejected.value.code is Code.BAD_ADDRESS
