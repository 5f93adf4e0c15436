"""The request of a job, saved under the job's name."""

from collections.abc import Mapping
from typing import Any

from jobs.errors import ObjectNotFoundError, RequestError
from jobs.names import check_job_name
from jobs.request import JobRequest, parse_request
from jobs.store import REQUEST, JobStore


def save_request(store: JobStore, job: str, request: JobRequest) -> None:
    """Save the request of a job.

    It is written once: of several concurrent requests under one name the first one written counts.

    Raises:
        RequestError: The job has another request (409).
        StoreUnavailableError: The jobs bucket is unavailable.
    """
    content = request.to_json()
    if not store.put_if_absent(job, REQUEST, content) and store.get(job, REQUEST) != content:
        raise RequestError(409, f"The name {job} belongs to a job with another request: choose another name.")


def load_request(store: JobStore, event: Mapping[str, Any]) -> tuple[str, JobRequest]:
    """Return the name and the list of a job by the input of its execution.

    Args:
        store: The jobs bucket.
        event: {"job"}; for an execution that was started by hand a request and "execution", the execution's name.

    Raises:
        RequestError: The input is invalid, or the request has expired.
        StoreUnavailableError: The jobs bucket is unavailable.
    """
    if "job" not in event:
        job = check_job_name(event.get("execution"))
        fields = {name: value for name, value in event.items() if name != "execution"}
        _, request = parse_request({**fields, "name": job})
        _check_no_source(request)
        save_request(store, job, request)
        return job, request
    job = check_job_name(event["job"])
    try:
        request = JobRequest.from_json(store.get(job, REQUEST))
    except ObjectNotFoundError:
        raise RequestError(
            404, f"The job {job} has no saved request: post it, or start the execution with its list."
        ) from None
    _check_no_source(request)
    return job, request


def _check_no_source(request: JobRequest) -> None:
    if request.source is not None:
        raise RequestError(400, 'A list in S3 ("source") needs the bulk state machine: start that one.')
