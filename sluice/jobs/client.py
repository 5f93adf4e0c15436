"""Lists through the jobs' API: post one, and have every answer."""

from http import HTTPStatus
from typing import Any

import boto3
from botocore import exceptions as aws
from botocore.config import Config

from sluice import aws_errors
from sluice.errors import SluiceError
from sluice.jobs import api
from sluice.jobs.api import Hiccup, unheard

_POSTING, _ASKING = 60.0, 300.0  # seconds for which a list is posted again, and a job asked for
_CONFIG = Config(retries={"total_max_attempts": 2}, connect_timeout=5, read_timeout=10)


class JobError(SluiceError):
    """A list was not taken, or nothing could be learnt of its job; the message is a sentence, the API's own if any."""


class FinalError(JobError):
    """It stays so, however often one asks: the list is refused, the job has failed or is unknown."""


def post(base: str, body: object, hiccup: Hiccup = unheard) -> str:
    """Post a list to the API at `base` (docs/jobs.md says what it may be); the job's id.

    One with a name is posted again while AWS cannot take it, since it is done once: JobError and botocore's errors
    then leave open whether it was. FinalError: nothing was started.
    """
    waits: list[str] = []

    def waiting(why: str) -> None:
        waits.append(why)
        hiccup(why)

    named = isinstance(body, dict) and "name" in body
    reply = api.insist("POST", f"{base}/jobs", body, patience=_POSTING if named else 0, hiccup=waiting)
    if reply.status != HTTPStatus.ACCEPTED or "id" not in reply.body:
        sure = not waits or reply.status != HTTPStatus.FORBIDDEN  # the answer that was waited for may have been lost
        raise _refused(reply, final=sure and reply.status >= HTTPStatus.BAD_REQUEST and not reply.passing)
    return str(reply.body["id"])


def answer(base: str, job: str, hiccup: Hiccup = unheard) -> dict[str, Any] | None:
    """What came of a job, with all its results; None while it runs.

    Waits while the API cannot be had, for some minutes, then raises JobError or botocore's error; FinalError when the
    job failed or is unknown.
    """
    found = _get(f"{base}/jobs/{job}", hiccup)
    if found["status"] == "running":
        return None
    if found["status"] == "failed":
        raise FinalError(f"The job {job} failed: {found['reason']}", id=job)
    further = found.pop("next", None)
    while further:
        page = _get(f"{base}{further}", hiccup)
        found["results"] += page["results"]
        further = page.get("next")
    return found


def _get(url: str, hiccup: Hiccup) -> dict[str, Any]:
    reply = api.insist("GET", url, patience=_ASKING, hiccup=hiccup)
    if reply.status != HTTPStatus.OK or "status" not in reply.body:
        raise _refused(reply, final=reply.status == HTTPStatus.NOT_FOUND)
    return reply.body


def _refused(reply: api.Reply, *, final: bool) -> JobError:
    cure = f" {_denied()}" if reply.status == HTTPStatus.FORBIDDEN else ""
    return (FinalError if final else JobError)(f"{reply}{cure}")


def _denied() -> str:
    """Why API Gateway says no more than Forbidden, also to a token that has expired: STS tells the two apart."""
    policy = "ask for the policy sluice-<env>-operate (docs/state.md)."
    try:
        boto3.Session().client("sts", config=_CONFIG).get_caller_identity()  # needs no permission
    except (aws.HTTPClientError, aws.ConnectionError):
        return f"The AWS credentials in use have expired or may not call it: log in again, or {policy}"
    except (aws.BotoCoreError, aws.ClientError) as error:
        return aws_errors.sentence(error)
    return f"The AWS credentials in use may not call it: {policy}"
