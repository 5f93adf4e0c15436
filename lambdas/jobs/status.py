"""The status of a job and its results, page by page."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jobs.errors import ObjectNotFoundError, RequestError
from jobs.executions import describe_execution
from jobs.names import check_job_name
from jobs.request import JobRequest
from jobs.store import REQUEST, RESULTS, RESULTS_FOLDER, JobStore

# A function's reply may have 6 MB, in which the runtime escapes the quotes and backslashes of the body.
MAX_PAGE_BYTES = 2_500_000

# Step Functions may not know an execution yet that it has just started.
_UNSEEN_SECONDS = 60
_MAX_CAUSE_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class StatusReader:
    """Reads the status of jobs.

    Attributes:
        store: The jobs bucket.
        workflow: Prefix of the ARNs of executions for posted lists.
        bulk: Prefix of the ARNs of executions for lists in S3.
    """

    store: JobStore
    workflow: str
    bulk: str

    def get_status(self, job: str, first: int = 0) -> dict[str, Any]:
        """Return the status of a job in the form of docs/schemas/job.json.

        Args:
            job: Name of the job.
            first: Index of the first result to return.

        Raises:
            RequestError: There is no such job (404), or it has no result at this index (400).
            StoreUnavailableError: The jobs bucket is unavailable.
            StatesUnavailableError: Step Functions is unavailable.
        """
        try:
            request = JobRequest.from_json(self.store.get(check_job_name(job), REQUEST))
        except RequestError:
            raise RequestError(404, "The job id is invalid: it has 1 to 64 letters, digits, - or _.") from None
        except ObjectNotFoundError:
            raise RequestError(404, f"Job {job} does not exist or has expired. Check the id or submit again.") from None
        execution = describe_execution(self.workflow if request.source is None else self.bulk, job)
        if execution is None:
            return self._describe_missing_execution(job)
        if execution["status"] == "SUCCEEDED":
            return self._describe_success(job, request, json.loads(execution["output"]), first)
        if execution["status"] in ("FAILED", "TIMED_OUT", "ABORTED"):
            return {"id": job, "status": "failed", "reason": _describe_failure(execution)}
        return {"id": job, "status": "running"}

    def _describe_missing_execution(self, job: str) -> dict[str, Any]:
        if self.store.age_seconds(job, REQUEST) < _UNSEEN_SECONDS:
            return {"id": job, "status": "running"}
        reason = "The job was accepted but never started. Post the same request under the same name to start it."
        return {"id": job, "status": "failed", "reason": reason}

    def _describe_success(self, job: str, request: JobRequest, summary: dict[str, Any], first: int) -> dict[str, Any]:
        counts = {name: summary[name] for name in ("items", "predicted", "rejected", "failed")}
        status = {"id": job, "status": "succeeded", **counts}
        if request.source is not None:
            return {**status, "results": self.store.address(job, f"{RESULTS_FOLDER}/")}
        try:
            results, next_first = read_page(self.store.get(job, RESULTS), first)
        except ObjectNotFoundError:
            raise RequestError(
                404, "The results of the job have expired. Post the list again under another name."
            ) from None
        return {**status, "results": results} | ({"next": f"/jobs/{job}?from={next_first}"} if next_first else {})


def parse_first(event: Mapping[str, Any]) -> int:
    """Return the index of the first result that a request asks for with `?from=`; 0 without it.

    Raises:
        RequestError: It is not a whole number (400).
    """
    first = (event.get("queryStringParameters") or {}).get("from", "0")
    if not re.fullmatch("[0-9]{1,9}", first):
        raise RequestError(400, '"from", the index of the first result, must be a whole number.')
    return int(first)


def read_page(lines: bytes, first: int) -> tuple[list[dict[str, Any]], int | None]:
    """Return as many results as one reply can hold, at least one.

    Args:
        lines: All results of the job, one JSON object per line.
        first: Index of the first result to return.

    Returns:
        The results and the index of the first one of the next page; None on the last page.

    Raises:
        RequestError: There is no result at this index (400).
    """
    all_lines = lines.splitlines()
    if first >= len(all_lines):
        raise RequestError(400, f'"from" is {first}, but the job has {len(all_lines):,} results, counted from 0.')
    results: list[dict[str, Any]] = []
    size = 0
    for line in all_lines[first:]:
        size += len(line)
        if results and size > MAX_PAGE_BYTES:
            return results, first + len(results)
        results.append(json.loads(line))
    return results, None


def _describe_failure(execution: dict[str, Any]) -> str:
    """Only the first line of the cause, because the rest is a traceback."""
    if execution["status"] == "TIMED_OUT":
        return "The job took longer than the limit. Post a shorter list."
    if execution["status"] == "ABORTED":
        return "The job was stopped by an operator. Post the list again under another name."
    error, cause = execution.get("error") or "an unknown error", execution.get("cause") or ""
    try:
        cause = json.loads(cause)["errorMessage"]
    except (ValueError, TypeError, KeyError):
        cause = cause.partition("\n")[0]
    return f"The job failed with {error}: {cause[:_MAX_CAUSE_CHARACTERS] or 'no cause is known'}"
