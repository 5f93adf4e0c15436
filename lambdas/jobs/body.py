"""The body of an HTTP request as an HTTP API hands it on (payload format 2.0)."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from jobs.refusal import Refusal

MAX_BYTES = 1024 * 1024

_CURE = 'send a JSON list of addresses, or {"urls": [...]}'


def read(event: Mapping[str, Any]) -> object:
    """The JSON value in the body. Raises Refusal (400)."""
    content = _content(event)
    if len(content) > MAX_BYTES:
        raise Refusal(
            400,
            f"The body has {len(content):,} bytes; at most {MAX_BYTES:,} are taken. Send several shorter lists, or put "
            'the list into S3 and send {"source": "s3://bucket/key"}.',
        )
    if not content.strip():
        raise Refusal(400, f"The body is empty; {_CURE}.")
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise Refusal(400, f"The body is not JSON ({where}); {_CURE}.") from None
    except (ValueError, RecursionError):
        raise Refusal(400, f"The body is not JSON in UTF-8 of sensible depth and numbers; {_CURE}.") from None


def _content(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode(errors="surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise Refusal(400, f"The body is not valid Base64; {_CURE}.") from None
