"""Requests and replies of the HTTP API (payload format 2.0).

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from jobs.errors import RequestError

MAX_BODY_BYTES = 1024 * 1024

Reply: TypeAlias = dict[str, Any]

_FIX = 'send a JSON list of addresses, or {"urls": [...]}'
_RETRY_AFTER_SECONDS = "2"


def parse_body(event: Mapping[str, Any]) -> object:
    """Return the JSON value in the body of a request.

    Raises:
        RequestError: The body is empty, too long or not JSON (400).
    """
    content = _decode_body(event)
    if len(content) > MAX_BODY_BYTES:
        raise RequestError(
            400,
            f"The body has {len(content):,} bytes; the limit is {MAX_BODY_BYTES:,}. Send several shorter lists, or put "
            'the list into S3 and send {"source": "s3://bucket/key"}.',
        )
    if not content.strip():
        raise RequestError(400, f"The body is empty: {_FIX}.")
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        position = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise RequestError(400, f"The body is not JSON ({position}): {_FIX}.") from None
    except (ValueError, RecursionError):
        raise RequestError(400, f"The body is not JSON in UTF-8, or has too many levels or digits: {_FIX}.") from None


def json_reply(status: int, body: Mapping[str, Any], **headers: str) -> Reply:
    """Return a reply with a JSON body."""
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store", **headers},
        "body": json.dumps(body, separators=(",", ":")),
    }


def accepted_reply(job: str) -> Reply:
    """Return the reply for a job that is running."""
    href = f"/jobs/{job}"
    return json_reply(202, {"id": job, "status": "running", "href": href}, location=href)


def error_reply(error: RequestError) -> Reply:
    """Return the reply for a request that cannot be served as it is."""
    return json_reply(error.status, {"message": error.message})


def unavailable_reply() -> Reply:
    """Return the reply for a request that a service of AWS cannot serve at the moment."""
    message = 'The service is overloaded at the moment. Repeat the request; a job needs a "name" to start only once.'
    return json_reply(503, {"message": message}, **{"retry-after": _RETRY_AFTER_SECONDS})


def _decode_body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode(errors="surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise RequestError(400, f"The body is not valid Base64: {_FIX}.") from None
