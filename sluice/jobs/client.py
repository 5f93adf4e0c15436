"""Submit a list to the HTTP API of jobs, wait for its job to end, and read the results."""

import json
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore import exceptions as aws
from botocore.config import Config

from jobs.request import MAX_URLS
from sluice import aws_errors
from sluice.errors import SluiceError
from sluice.jobs.api import OnRetry, Reply, call_with_retries, no_callback
from sluice.jobs.errors import JobError, PermanentJobError
from sluice.sqs.tasks import parse_tasks

_SUBMIT_TIMEOUT, _READ_TIMEOUT = 60.0, 300.0  # seconds for which requests are retried
_CONFIG = Config(retries={"total_max_attempts": 2}, connect_timeout=5, read_timeout=10)


def build_list(lines: Iterable[bytes | str]) -> dict[str, Any]:
    """Return the list of a job, as the API accepts it, from lines of text.

    Returns:
        {"source": address} for a single address that ends in .jsonl or .csv, otherwise {"urls": addresses}.

    Raises:
        SluiceError: If a line is invalid or JSON, or there are more lines than a job may have.
    """
    urls: list[str] = []
    for task in parse_tasks(lines):
        if task.body.startswith("{"):
            raise SluiceError(
                f"Line {task.line} is JSON, but the list of a job has only addresses: set --model and --top for all of "
                "them."
            )
        urls.append(task.body)
        if len(urls) > MAX_URLS:
            raise SluiceError(
                f"The list has more than {MAX_URLS:,} addresses: upload it to an image bucket as .csv or .jsonl, and "
                "submit its s3:// address."
            )
    return {"source": urls[0]} if len(urls) == 1 and urls[0].endswith((".jsonl", ".csv")) else {"urls": urls}


def submit_job(api: str, body: object, on_retry: OnRetry = no_callback) -> str:
    """Submit a list, and start its job.

    A list with a name is submitted again after a temporary error, since a name starts only one job.

    Args:
        api: The base URL of the API.
        body: The list, as docs/jobs.md describes it.
        on_retry: Called before the first retry, with the reason.

    Returns:
        The job's ID.

    Raises:
        PermanentJobError: If no job was started.
        JobError, BotoCoreError: If a job may have been started.
    """
    retries: list[str] = []

    def record_retry(reason: str) -> None:
        retries.append(reason)
        on_retry(reason)

    is_named = isinstance(body, dict) and "name" in body
    timeout = _SUBMIT_TIMEOUT if is_named else 0
    reply = call_with_retries("POST", f"{api}/jobs", body, timeout=timeout, on_retry=record_retry)
    if reply.status != HTTPStatus.ACCEPTED or "id" not in reply.body:
        # After a retry, 403 does not exclude that the first call was accepted and only its response was lost.
        is_certain = not retries or reply.status != HTTPStatus.FORBIDDEN
        is_refusal = reply.status >= HTTPStatus.BAD_REQUEST and not reply.is_temporary
        raise _error(reply, is_permanent=is_certain and is_refusal)
    return str(reply.body["id"])


def fetch_job(api: str, job: str, on_retry: OnRetry = no_callback) -> dict[str, Any] | None:
    """Fetch the summary and the results of a job.

    Args:
        api: The base URL of the API.
        job: The job's ID.
        on_retry: Called before the first retry of a request, with the reason. Requests are retried for five minutes.

    Returns:
        The response of the API, with the results of all pages; None while the job is running.

    Raises:
        PermanentJobError: If the job failed or does not exist.
        JobError, BotoCoreError: If the API cannot be reached or refuses the request.
    """
    response = _get(f"{api}/jobs/{job}", on_retry)
    if response["status"] == "running":
        return None
    if response["status"] == "failed":
        raise PermanentJobError(f"Job {job} failed: {response['reason']}", id=job)
    next_page = response.pop("next", None)
    while next_page:
        page = _get(f"{api}{next_page}", on_retry)
        response["results"] += page["results"]
        next_page = page.get("next")
    return response


def wait_for_job(
    api: str,
    job: str,
    *,
    while_running: Callable[[], None] = lambda: None,
    on_retry: OnRetry = no_callback,
    timeout: float | None = None,
    first_pause: float = 0.5,
    longest_pause: float = 5.0,
) -> dict[str, Any]:
    """Wait until a job has ended.

    Args:
        api: The base URL of the API.
        job: The job's ID.
        while_running: Called each time the job is found to be running.
        on_retry: Called before the first retry of a request, with the reason.
        timeout: How many seconds to wait; None for no limit.
        first_pause: Seconds between the first two requests; the pauses then grow.
        longest_pause: The most seconds between two requests.

    Returns:
        The response of the API, with the results of all pages.

    Raises:
        JobError: If the job is still running after `timeout` seconds.
        PermanentJobError, BotoCoreError: As `fetch_job`.
    """
    start, pause = monotonic(), first_pause
    while (ended := fetch_job(api, job, on_retry)) is None:
        if timeout is not None and monotonic() - start > timeout:
            raise JobError(f"Job {job} is still running after {timeout:.0f} s.", id=job)
        while_running()
        sleep(pause)
        pause = min(1.5 * pause, longest_pause)
    return ended


def read_results(s3: Any, results: list[dict[str, Any]] | str) -> Iterator[str]:
    """Yield each result of a job as JSON, in the order of its list.

    Args:
        s3: A boto3 client of S3.
        results: The field `results` of an ended job: the results, or the s3:// address of the folder with their files.
    """
    if not isinstance(results, str):
        yield from (json.dumps(result, separators=(",", ":")) for result in results)
        return
    folder = urlsplit(results)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=folder.netloc, Prefix=folder.path.lstrip("/"))
    for entry in (entry for page in pages for entry in page.get("Contents", []) if entry["Key"].endswith(".jsonl")):
        for line in s3.get_object(Bucket=folder.netloc, Key=entry["Key"])["Body"].iter_lines():
            yield line.decode()


def _get(url: str, on_retry: OnRetry) -> dict[str, Any]:
    reply = call_with_retries("GET", url, timeout=_READ_TIMEOUT, on_retry=on_retry)
    if reply.status != HTTPStatus.OK or "status" not in reply.body:
        raise _error(reply, is_permanent=reply.status == HTTPStatus.NOT_FOUND)
    return reply.body


def _error(reply: Reply, *, is_permanent: bool) -> JobError:
    fix = f" {_explain_forbidden()}" if reply.status == HTTPStatus.FORBIDDEN else ""
    return (PermanentJobError if is_permanent else JobError)(f"{reply}{fix}")


def _explain_forbidden() -> str:
    """API Gateway returns Forbidden for expired credentials, too: STS distinguishes the two."""
    policy = "ask for the policy sluice-<env>-operate (docs/state.md)."
    try:
        boto3.Session().client("sts", config=_CONFIG).get_caller_identity()  # needs no permission
    except (aws.HTTPClientError, aws.ConnectionError):
        return f"The AWS credentials in use have expired or may not call it: log in again, or {policy}"
    except (aws.BotoCoreError, aws.ClientError) as error:
        return aws_errors.describe_error(error)
    return f"The AWS credentials in use may not call it: {policy}"
