"""The request that a job's name stands for, kept with the job."""

from collections.abc import Mapping
from typing import Any

from jobs import names, request
from jobs.refusal import Refusal
from jobs.request import Request
from jobs.store import REQUEST, Missing, Store


def keep(store: Store, job: str, wanted: Request) -> None:
    """Store the request as the job's. Raises Refusal (409) when the job has another one.

    It is written once: of many posts at the same moment one decides what the name stands for, and the others compare.
    """
    content = wanted.to_json()
    if not store.put_once(job, REQUEST, content) and store.get(job, REQUEST) != content:
        raise Refusal(409, f"The name {job} belongs to a job with another request; choose another name.")


def requested(store: Store, event: Mapping[str, Any]) -> tuple[str, Request]:
    """The job and the list of an execution's input: {"job"}, or, of one started by hand, a request and its "execution".

    Raises Refusal.
    """
    if "job" not in event:
        job = names.check(event.get("execution"))
        _, given = request.read({name: value for name, value in event.items() if name != "execution"} | {"name": job})
        _no_source(given)
        keep(store, job, given)
        return job, given
    job = names.check(event["job"])
    try:
        given = Request.from_json(store.get(job, REQUEST))
    except Missing:
        raise Refusal(
            404, f"No request is kept for the job {job}; post it, or start the execution with its list."
        ) from None
    _no_source(given)
    return job, given


def _no_source(given: Request) -> None:
    if given.source is not None:
        raise Refusal(400, 'A list in S3 ("source") is for the state machine of bulk jobs; start that one.')
