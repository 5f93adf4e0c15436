"""Answers of the HTTP API."""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from jobs.refusal import Refusal

Reply: TypeAlias = dict[str, Any]

_RETRY_SECONDS = "2"


def reply(status: int, body: Mapping[str, Any], **headers: str) -> Reply:
    """An answer with a JSON body, as a function behind an HTTP API gives it."""
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store", **headers},
        "body": json.dumps(body, separators=(",", ":")),
    }


def accepted(job: str) -> Reply:
    """The job is on its way."""
    href = f"/jobs/{job}"
    return reply(202, {"id": job, "status": "running", "href": href}, location=href)


def refused(refusal: Refusal) -> Reply:
    return reply(refusal.status, {"message": refusal.message})


def unavailable() -> Reply:
    """What a job needs is away for the moment."""
    message = "The service is overloaded at the moment; send the same request again, a job under the same name."
    return reply(503, {"message": message}, **{"retry-after": _RETRY_SECONDS})
