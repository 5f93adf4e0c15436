"""The second journey: a list is posted, the job followed, and every answer joined to what was asked."""

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
    """A job that has ended: what was asked, the API's last word, the visits of its states, the seconds it took."""

    asked: Sequence[Input]
    answer: dict[str, Any]
    spans: list[history.Span]
    seconds: float

    @property
    def results(self) -> list[dict[str, Any]]:
        """A record for each item, in the order of the request."""
        results: list[dict[str, Any]] = self.answer["results"]
        return results

    def summary(self) -> dict[str, object]:
        """The account in figures, as summary.json has them."""
        urls = [json.loads(asked.body)["url"] for asked in self.asked]
        return {
            "status": self.answer["status"],
            "items": len(self.results),
            "labelled": sum("labels" in result for result in self.results),
            "refused": sum("rejection" in result for result in self.results),
            "in_order": [result["url"] for result in self.results] == urls,
            "seconds": round(self.seconds, 2),
        }


def through(addresses: dict[str, Any], base: str, asked: Sequence[Input], console: Console) -> Job:
    """Post the inputs' addresses as one list to the API at `base`, and follow the job to its end."""
    began = monotonic()
    job = client.submit_job(base, [json.loads(task.body)["url"] for task in asked])
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("Job     ", total=len(asked))
        answer = client.wait_for_job(
            base,
            job,
            while_running=lambda: progress.update(bar, completed=_done(addresses["jobs"]["bucket"], job)),
            timeout=_TIMEOUT,
            longest_pause=0.5,
        )
        progress.update(bar, completed=len(asked))
    return Job(asked, answer, history.spans(history.events(addresses["jobs"]["workflow"], job)), monotonic() - began)


def _done(bucket: str, job: str) -> int:
    listed = boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix=f"jobs/{job}/results/")
    return int(listed["KeyCount"])
