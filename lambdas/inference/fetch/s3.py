"""Reads one object from S3 within a size limit and a deadline."""

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

# Errors of the function's own credentials and clock, which are not the sender's fault.
_OWN_ERRORS = {"ExpiredToken", "InvalidAccessKeyId", "InvalidToken", "RequestTimeTooSkewed", "SignatureDoesNotMatch"}
_TRANSIENT_ERRORS = _OWN_ERRORS | {
    "RequestTimeout",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}


@cache
def client() -> Any:
    """Return the S3 client of this process. Its timeouts are short because a waiting function costs money."""
    config = Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"total_max_attempts": 3, "mode": "standard"},
        max_pool_connections=16,
    )
    return boto3.client("s3", config=config)


def parse_url(url: str) -> tuple[str, str]:
    """Return bucket and key of `s3://bucket/key`.

    Raises:
        InputError: The address has another form (bad_address).
    """
    match = _ADDRESS.fullmatch(url)
    if match is None or len(match["key"].encode(errors="replace")) > 1024:
        raise InputError(
            Code.BAD_ADDRESS, "The address is not of the form s3://bucket/key with a key of at most 1,024 bytes."
        )
    return match["bucket"], match["key"]


def parse_buckets(name: str, setting: str) -> dict[str, str]:
    """Parse an environment variable that lists allowed buckets.

    Args:
        name: The name of the variable, for the message.
        setting: Its value: a JSON object of bucket names and owners, or empty.

    Returns:
        The account that owns each bucket, by bucket name.

    Raises:
        ValueError: The value is not valid; the message says how to write it.
    """
    try:
        buckets = json.loads(setting or "{}")
    except ValueError:
        buckets = None
    if not isinstance(buckets, dict) or not all(isinstance(owner, str) for owner in buckets.values()):
        raise ValueError(f'{name} must be a JSON object of buckets and owners, {{"bucket": "123456789012"}}.')
    return buckets


def is_transient(error: ClientError) -> bool:
    """Return whether the same request to S3 may succeed later."""
    status = error.response["ResponseMetadata"].get("HTTPStatusCode", 0)
    return error.response["Error"].get("Code", "") in _TRANSIENT_ERRORS or status >= 500 or status == 429


def fetch(url: str, buckets: Mapping[str, str], limit: int, deadline: Deadline) -> bytearray:
    """Return the bytes of an object.

    Args:
        url: `s3://bucket/key`. The key is used as it is, not percent-decoded.
        buckets: The account that owns each allowed bucket, by bucket name.
        limit: The most bytes.
        deadline: When the fetch has to end.

    Raises:
        InputError: The address is not valid or not allowed, or S3 refuses the object.
        SourceUnavailableError: S3 cannot be reached, is overloaded or too slow.
    """
    bucket, key = parse_url(url)
    if bucket not in buckets:
        raise InputError(
            Code.FORBIDDEN_ADDRESS,
            f"The bucket {bucket} is not on the list of image buckets; ask the operator to add it.",
        )
    try:
        # S3's client accepts no timeout for a whole exchange.
        return deadline.run(_read_object, bucket, key, buckets[bucket], limit, deadline)
    except ClientError as error:
        raise _translate_error(error, bucket) from None
    except (BotoCoreError, OSError) as error:
        raise SourceUnavailableError(
            f"S3 could not serve the bucket {bucket} at the moment ({type(error).__name__})."
        ) from None


def _read_object(bucket: str, key: str, owner: str, limit: int, deadline: Deadline) -> bytearray:
    reply = client().get_object(Bucket=bucket, Key=key, ExpectedBucketOwner=owner)
    data = bytearray()
    with closing(reply["Body"]) as body:
        if reply["ContentLength"] > limit:
            raise too_large_error(limit)
        while block := body.read(_BLOCK):
            data += block
            deadline.timeout()  # stops this thread, which was abandoned when the deadline expired
    return data


def _translate_error(error: ClientError, bucket: str) -> Exception:
    code = error.response["Error"].get("Code", "")
    status = error.response["ResponseMetadata"].get("HTTPStatusCode", 0)
    if is_transient(error):
        return SourceUnavailableError(f"S3 could not serve the bucket {bucket} at the moment ({code}).")
    if status == 404:
        return InputError(Code.NOT_FOUND, f"There is no such object in the bucket {bucket}; check the key.")
    if status == 403:
        return InputError(
            Code.DENIED,
            f"The object in the bucket {bucket} does not exist or may not be read ({code}); check the key, the "
            "bucket's policy and its owner.",
        )
    return InputError(Code.BAD_RESPONSE, f"S3 refused to read the bucket {bucket} ({code}); check the address.")
