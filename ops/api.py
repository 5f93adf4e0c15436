"""Calls to the jobs' HTTP API, signed with the caller's own AWS credentials."""

import json
import os
from dataclasses import dataclass
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import NoRegionError
from botocore.httpsession import URLLib3Session
from botocore.session import Session


@dataclass(frozen=True)
class Reply:
    """The API's answer: its HTTP status and its JSON, or its text as a message."""

    status: int
    body: dict[str, Any]


def call(method: str, url: str, body: object = None) -> Reply:
    """Send `body` as JSON, signed for API Gateway; botocore's errors tell a host that cannot be reached."""
    session = Session()
    credentials, region = session.get_credentials(), session.get_config_variable("region")
    if region is None:
        raise NoRegionError
    data = b"" if body is None else json.dumps(body).encode()
    request = AWSRequest(method, url, {"Content-Type": "application/json"}, data)
    SigV4Auth(credentials, "execute-api", region).add_auth(request)
    reply = URLLib3Session(verify=os.environ.get("AWS_CA_BUNDLE") or True).send(request.prepare())
    try:
        told = json.loads(reply.content)
    except ValueError:
        told = {"message": reply.content[:200].decode(errors="replace") or "nothing"}
    return Reply(reply.status_code, told)
