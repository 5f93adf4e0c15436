"""Calls to the HTTP API of jobs, signed with the caller's AWS credentials and retried."""

import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic, sleep
from typing import Any

from botocore import exceptions as aws
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session
from botocore.session import Session
from botocore.utils import get_environ_proxies

from sluice import aws_errors

OnRetry = Callable[[str], None]  # called with a message that says why the API is called again

_TIMEOUT = 10, 60  # seconds to connect, and for the response, for which API Gateway allows 30
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 15.0  # seconds, half of it random


@dataclass(frozen=True)
class Reply:
    """A response of the API.

    Attributes:
        status: The HTTP status.
        body: The JSON object; for any other body, its first 200 characters as the field `message`.
    """

    status: int
    body: dict[str, Any]

    @property
    def is_temporary(self) -> bool:
        """Whether the same request may succeed a little later."""
        return self.status == HTTPStatus.TOO_MANY_REQUESTS or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    def __str__(self) -> str:
        return f"The API returned {self.status}: {str(self.body.get('message')).rstrip('.')}."


def call(method: str, url: str, body: object = None) -> Reply:
    """Send one request, signed for API Gateway.

    Proxies and the certificate authorities to trust come from the same settings as those of boto3's clients.

    Args:
        method: The HTTP method.
        url: The URL.
        body: The body, which is sent as JSON; None for an empty one.

    Raises:
        BotoCoreError: If the API cannot be reached, or there are no credentials or region.
    """
    session = Session()
    credentials, region = session.get_credentials(), session.get_config_variable("region")
    if region is None:
        raise aws.NoRegionError
    data = b"" if body is None else json.dumps(body).encode()
    request = AWSRequest(method, url, {"Content-Type": "application/json"}, data)
    SigV4Auth(credentials, "execute-api", region).add_auth(request)
    authorities = session.get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE") or True
    http = URLLib3Session(verify=authorities, proxies=get_environ_proxies(url), timeout=_TIMEOUT)
    try:
        response = http.send(request.prepare())
    finally:
        http.close()
    return Reply(response.status_code, _parse_body(response.content))


def no_callback(_: str) -> None:
    """Ignore the message; the default for `on_retry`."""


def call_with_retries(
    method: str, url: str, body: object = None, *, timeout: float, on_retry: OnRetry = no_callback
) -> Reply:
    """Send a request that may be repeated, and retry temporary errors with growing pauses.

    Args:
        method: The HTTP method.
        url: The URL.
        body: The body, which is sent as JSON; None for an empty one.
        timeout: How many seconds to keep retrying; 0 for no retry.
        on_retry: Called before the first retry, with the reason.

    Returns:
        The first reply that is not temporary, or the last one.

    Raises:
        BotoCoreError: If the last call could not reach the API, or its certificate is not trusted.
    """
    end, pause, is_reported = monotonic() + timeout, _FIRST_PAUSE, False
    while True:
        result: Reply | aws.HTTPClientError | aws.ConnectionError
        try:
            result = call(method, url, body)
            if not result.is_temporary:
                return result
        except (aws.HTTPClientError, aws.ConnectionError) as error:
            if isinstance(error, aws.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise  # trust does not change between two calls
            result = error
        if monotonic() + pause > end:
            if isinstance(result, Reply):
                return result
            raise result
        if not is_reported:
            reason = str(result) if isinstance(result, Reply) else aws_errors.describe_error(result)
            on_retry(f"Retrying the API for up to {timeout / 60:g} min: {reason}")
            is_reported = True
        sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - not a secret
        pause = min(2 * pause, _LONGEST_PAUSE)


def _parse_body(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except ValueError:
        body = None
    if isinstance(body, dict):
        return body
    return {"message": content[:200].decode(errors="replace") or "the body is empty"}
