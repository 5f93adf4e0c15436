"""Images from buckets: the local cloud's S3 where it can, stubbed answers where a real service cannot be made to."""

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
    """S3 answering what a test says."""
    assert aws.endpoint
    with Stubber(s3.client()) as stubber:
        yield stubber


def test_an_object_is_read_by_its_key_as_it_is(photos: str) -> None:
    fetcher = Fetcher(buckets={photos: OWNER})
    assert fetcher.fetch("s3://photos/beach 7%20ü.jpg", Deadline(5)) == bytes(600_000)
    assert fetcher.fetch("S3://photos/empty", Deadline(5)) == b""


def test_an_object_over_the_limit_is_not_read(photos: str) -> None:
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
def test_what_may_not_or_cannot_be_read_is_rejected(buckets: dict[str, str], url: str, code: Code) -> None:
    with pytest.raises(InputError) as rejected:
        Fetcher(buckets=buckets).fetch(url, Deadline(5))
    assert rejected.value.code is code


def test_the_bucket_must_belong_to_its_owner(stub: Stubber) -> None:
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
def test_each_refusal_of_s3_is_the_senders_or_passes(
    code: str, status: int, expected: Code | None, stub: Stubber
) -> None:
    stub.add_client_error("get_object", code, http_status_code=status)
    with pytest.raises(InputError if expected else SourceUnavailableError) as refused:
        Fetcher(buckets={"photos": OWNER}).fetch("s3://photos/a", Deadline(5))
    assert (refused.value.code if isinstance(refused.value, InputError) else None) is expected
    assert code in str(refused.value) or expected is Code.NOT_FOUND


@pytest.mark.parametrize(
    "error", [ConnectTimeoutError(endpoint_url="https://s3"), NoCredentialsError(), ConnectionResetError()]
)
def test_s3_out_of_reach_is_retried(error: Exception, aws: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise error

    assert aws.endpoint
    monkeypatch.setattr(s3.client(), "get_object", fail)
    with pytest.raises(SourceUnavailableError):
        Fetcher(buckets={"photos": OWNER}).fetch("s3://photos/a", Deadline(5))


@pytest.mark.parametrize(
    ("reply", "what"),
    [
        (drip(b"", b"", 75), "did not arrive within"),
        (drip(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n", b"x", 75), "did not arrive within"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\nxyz", "IncompleteRead"),
    ],
    ids=["silence", "drip", "short body"],
)
def test_s3_too_slow_or_cut_short_is_retried(
    reply: Reply, what: str, aws: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert aws.endpoint
    with HttpServer({"*": reply}) as stranger:
        slow = boto3.client("s3", endpoint_url=stranger.url())
        monkeypatch.setattr(s3, "client", lambda: slow)
        started = time.monotonic()
        with pytest.raises(SourceUnavailableError, match=what):
            Fetcher(buckets={"photos": OWNER}).fetch("s3://photos/a", Deadline(0.3))
        assert time.monotonic() - started < 1.25
        slow.close()


def test_an_exchange_whose_time_is_over_is_retried(photos: str) -> None:
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
def test_a_setting_that_cannot_be_understood_is_named(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        Fetcher.from_environment({name: value})


def test_settings_are_read() -> None:
    fetcher = Fetcher.from_environment(
        {"PRIVATE_HOSTS": " LocalHost:8000,[::1]:81 ,", "IMAGE_BUCKETS": '{"photos": "1"}'}
    )
    assert fetcher.private_hosts == {"localhost:8000", "[::1]:81"}
    assert fetcher.buckets == {"photos": "1"}
    assert Fetcher.from_environment({"PRIVATE_HOSTS": "", "IMAGE_BUCKETS": ""}) == Fetcher()


def test_an_address_without_end_is_rejected() -> None:
    with pytest.raises(InputError) as rejected:
        Fetcher().fetch("http://example.com/" + "a" * 9000, Deadline(5))
    assert rejected.value.code is Code.BAD_ADDRESS
