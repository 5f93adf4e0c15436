"""Calls to the jobs' HTTP API, signed with the caller's own AWS credentials."""

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

Hiccup = Callable[[str], None]  # is told in a sentence that the API cannot be had at the moment, and why

_TIMEOUT = 10, 60  # seconds to connect, and for an answer, which API Gateway gives within 30
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 15.0  # seconds, half of it at random


@dataclass(frozen=True)
class Reply:
    """The API's answer: its HTTP status and its JSON object, or its text as a message."""

    status: int
    body: dict[str, Any]

    @property
    def passing(self) -> bool:
        """Whether the same may be answered otherwise a little later."""
        return self.status == HTTPStatus.TOO_MANY_REQUESTS or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    def __str__(self) -> str:
        return f"The API answered {self.status}: {str(self.body.get('message')).rstrip('.')}."


def call(method: str, url: str, body: object = None) -> Reply:
    """Send `body` as JSON, signed for API Gateway; botocore's errors tell a host that cannot be reached.

    Proxies and the authorities to trust are those that boto3's own clients heed.
    """
    session = Session()
    credentials, region = session.get_credentials(), session.get_config_variable("region")
    if region is None:
        raise aws.NoRegionError
    data = b"" if body is None else json.dumps(body).encode()
    request = AWSRequest(method, url, {"Content-Type": "application/json"}, data)
    SigV4Auth(credentials, "execute-api", region).add_auth(request)
    trusted = session.get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE") or True
    http = URLLib3Session(verify=trusted, proxies=get_environ_proxies(url), timeout=_TIMEOUT)
    try:
        reply = http.send(request.prepare())
    finally:
        http.close()
    return Reply(reply.status_code, _told(reply.content))


def unheard(_: str) -> None:
    """A Hiccup when nobody is there to be told."""


def insist(
    method: str,
    url: str,
    body: object = None,
    *,
    patience: float,
    hiccup: Hiccup = unheard,
) -> Reply:
    """As `call`, for what may be asked again: after a fault that may pass it is, later each time, for `patience` s.

    Then the answer, or botocore's error, is the last one. `hiccup` is told at the first fault.
    """
    ends, pause, heard = monotonic() + patience, _FIRST_PAUSE, False
    while True:
        met: Reply | aws.HTTPClientError | aws.ConnectionError
        try:
            met = call(method, url, body)
            if not met.passing:
                return met
        except (aws.HTTPClientError, aws.ConnectionError) as error:
            if isinstance(error, aws.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise  # whom one trusts does not change meanwhile
            met = error
        if monotonic() + pause > ends:
            if isinstance(met, Reply):
                return met
            raise met
        if not heard:
            said = str(met) if isinstance(met, Reply) else aws_errors.sentence(met)
            hiccup(f"Waiting for the API, {patience / 60:g} min at most: {said}")
            heard = True
        sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - no secret
        pause = min(2 * pause, _LONGEST_PAUSE)


def _told(content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content)
    except ValueError:
        told = None
    if isinstance(told, dict):
        return told
    return {"message": content[:200].decode(errors="replace") or "nothing"}
