"""Read one object from S3 within a limit and a deadline."""

import json
import re
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from inference.deadline import Deadline
from inference.errors import Code, InputError, SourceUnavailableError, too_large_error

_ADDRESS = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(?P<key>.+)", re.IGNORECASE | re.DOTALL)
_BLOCK = 64 * 1024

# What S3 says of our own credentials and clock: no sender is to blame for it.
_OURS = {"ExpiredToken", "InvalidAccessKeyId", "InvalidToken", "RequestTimeTooSkewed", "SignatureDoesNotMatch"}
_RETRIED = _OURS | {"RequestTimeout", "SlowDown", "Throttling", "ThrottlingException", "TooManyRequestsException"}


@cache
def client() -> Any:
    """The process's one S3 client; short time-outs, since a function's time is money."""
    config = Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"total_max_attempts": 3, "mode": "standard"},
        max_pool_connections=16,
    )
    return boto3.client("s3", config=config)


def parse_url(url: str) -> tuple[str, str]:
    """Bucket and key of `s3://bucket/key`. Raises InputError (bad_address)."""
    match = _ADDRESS.fullmatch(url)
    if match is None or len(match["key"].encode(errors="replace")) > 1024:
        raise InputError(
            Code.BAD_ADDRESS, "The address is not of the form s3://bucket/key with a key of at most 1,024 bytes."
        )
    return match["bucket"], match["key"]


def parse_buckets(name: str, setting: str) -> dict[str, str]:
    """The buckets (bucket -> owner's account) in the JSON of the environment variable `name`; none when it is empty.

    Raises ValueError with a sentence.
    """
    try:
        buckets = json.loads(setting or "{}")
    except ValueError:
        buckets = None
    if not isinstance(buckets, dict) or not all(isinstance(owner, str) for owner in buckets.values()):
        raise ValueError(f'{name} must be a JSON object of buckets and owners, {{"bucket": "123456789012"}}.')
    return buckets


def is_transient(error: ClientError) -> bool:
    """Whether S3 may grant later what it refuses now."""
    status = error.response["ResponseMetadata"].get("HTTPStatusCode", 0)
    return error.response["Error"].get("Code", "") in _RETRIED or status >= 500 or status == 429


def fetch(url: str, buckets: Mapping[str, str], limit: int, deadline: Deadline) -> bytearray:
    """The bytes of `s3://bucket/key` (the key as it is, not percent-encoded), at most `limit`.

    `buckets` maps each bucket that may be read to the account that owns it. Raises InputError or
    SourceUnavailableError.
    """
    bucket, key = parse_url(url)
    if bucket not in buckets:
        raise InputError(
            Code.FORBIDDEN_ADDRESS,
            f"The bucket {bucket} is not on the list of image buckets; ask the operator to add it.",
        )
    try:
        # S3's client takes no time-out for a whole exchange.
        return deadline.run(_read, bucket, key, buckets[bucket], limit, deadline)
    except ClientError as error:
        raise _refused(error, bucket) from None
    except (BotoCoreError, OSError) as error:
        raise SourceUnavailableError(
            f"S3 could not serve the bucket {bucket} at the moment ({type(error).__name__})."
        ) from None


def _read(bucket: str, key: str, owner: str, limit: int, deadline: Deadline) -> bytearray:
    reply = client().get_object(Bucket=bucket, Key=key, ExpectedBucketOwner=owner)
    data = bytearray()
    with closing(reply["Body"]) as body:
        if reply["ContentLength"] > limit:
            raise too_large_error(limit)
        while block := body.read(_BLOCK):
            data += block
            # Nobody waits any more for what comes after the deadline.
            deadline.timeout()
    return data


def _refused(error: ClientError, bucket: str) -> Exception:
    code = error.response["Error"].get("Code", "")
    status = error.response["ResponseMetadata"].get("HTTPStatusCode", 0)
    if is_transient(error):
        return SourceUnavailableError(f"S3 could not serve the bucket {bucket} at the moment ({code}).")
    if status == 404:
        return InputError(Code.NOT_FOUND, f"There is no such object in the bucket {bucket}; check the key.")
    if status == 403:
        return InputError(
            Code.DENIED,
            f"The object in the bucket {bucket} may not be read, or is not there ({code}); check the key, the bucket's "
            "policy and its owner.",
        )
    return InputError(Code.BAD_RESPONSE, f"S3 refused to read the bucket {bucket} ({code}); check the address.")
