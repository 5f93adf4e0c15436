"""The job of the demonstration: post one list, wait for it, and match its results with the inputs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import boto3
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from sluice.demo import history
from sluice.demo.inputs import Input
from sluice.jobs import client

_TIMEOUT = 180.0  # seconds


@dataclass(frozen=True)
class Job:
    """A finished job.

    Attributes:
        inputs: The inputs in the order of the request.
        response: The last response of the API.
        visits: The visits of the state machine's states.
        seconds: Time from the request to the last result.
    """

    inputs: Sequence[Input]
    response: dict[str, Any]
    visits: list[history.StateVisit]
    seconds: float

    @property
    def results(self) -> list[dict[str, Any]]:
        """The result of each item, in the order of the request."""
        results: list[dict[str, Any]] = self.response["results"]
        return results

    def summarize(self) -> dict[str, object]:
        """Return the counts and times for summary.json."""
        urls = [json.loads(item.body)["url"] for item in self.inputs]
        return {
            "status": self.response["status"],
            "items": len(self.results),
            "predicted": sum("labels" in result for result in self.results),
            "rejected": sum("rejection" in result for result in self.results),
            "in_order": [result["url"] for result in self.results] == urls,
            "seconds": round(self.seconds, 2),
        }


def run_job(outputs: dict[str, Any], api: str, inputs: Sequence[Input], console: Console) -> Job:
    """Post the inputs' URLs as one list, and wait for the job.

    Args:
        outputs: Terraform's outputs.
        api: URL of the jobs' API.
        inputs: The inputs to post.
        console: Where to show progress.

    Raises:
        SluiceError: The job failed, or takes longer than 180 seconds.
    """
    start = monotonic()
    job = client.submit_job(api, [json.loads(item.body)["url"] for item in inputs])
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("Job     ", total=len(inputs))
        response = client.wait_for_job(
            api,
            job,
            while_running=lambda: progress.update(bar, completed=_count_results(outputs["jobs"]["bucket"], job)),
            timeout=_TIMEOUT,
            longest_pause=0.5,
        )
        progress.update(bar, completed=len(inputs))
    events = history.list_events(outputs["jobs"]["workflow"], job)
    return Job(inputs, response, history.list_visits(events), monotonic() - start)


def _count_results(bucket: str, job: str) -> int:
    listed = boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix=f"jobs/{job}/results/")
    return int(listed["KeyCount"])
