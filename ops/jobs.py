"""Lists through the jobs' API: post one, and have every answer."""

from http import HTTPStatus
from typing import Any

from ops import api


class JobError(Exception):
    """A list was not taken, or its job failed; the message is a sentence, the API's own where it has one."""


def post(base: str, body: object) -> str:
    """Post a list to the API at `base` (docs/jobs.md says what it may be); the job's id."""
    reply = api.call("POST", f"{base}/jobs", body)
    if reply.status != HTTPStatus.ACCEPTED:
        raise _refused(reply)
    return str(reply.body["id"])


def answer(base: str, job: str) -> dict[str, Any] | None:
    """What came of a job, with all its results; None while it runs. Raises JobError when it failed or is unknown."""
    found = _get(f"{base}/jobs/{job}")
    if found is None or found["status"] == "running":
        return None
    if found["status"] == "failed":
        raise JobError(f"The job {job} failed: {found['reason']}")
    further = found.pop("next", None)
    while further:
        page = _get(f"{base}{further}")
        if page is None:
            raise JobError(f"The API could not give all results of the job {job} at the moment: ask again.")
        found["results"] += page["results"]
        further = page.get("next")
    return found


def _get(url: str) -> dict[str, Any] | None:
    """The API's answer; None when it asks to come again later."""
    reply = api.call("GET", url)
    if reply.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return None
    if reply.status != HTTPStatus.OK:
        raise _refused(reply)
    return reply.body


def _refused(reply: api.Reply) -> JobError:
    cure = (
        " The AWS credentials in use may not call it: ask for the policy sluice-<env>-operate (docs/state.md)."
        if reply.status == HTTPStatus.FORBIDDEN
        else ""
    )
    return JobError(f"The API answered {reply.status}: {reply.body.get('message')}{cure}")
