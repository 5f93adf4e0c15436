"""How many items of a running job are done, from where its results and its map's counts lie."""

import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError


@dataclass(frozen=True)
class Progress:
    """Items: `total` is None while it is not known."""

    done: int = 0
    total: int | None = None


def progress(s3: Any, states: Any, addresses: dict[str, str], job: str) -> Progress:
    """How far a job is; `addresses` is Terraform's output `jobs`, the clients are those of S3 and Step Functions.

    Nothing is known to a caller who may only call the API, nor while AWS cannot be reached.
    """
    try:
        kept = s3.get_object(Bucket=addresses["bucket"], Key=f"jobs/{job}/request.json")
        request = json.loads(kept["Body"].read())
        if "source" in request:
            return _of_map(states, addresses["bulk"].replace(":stateMachine:", ":execution:") + f":{job}")
        listed = s3.get_paginator("list_objects_v2").paginate(Bucket=addresses["bucket"], Prefix=f"jobs/{job}/results/")
        return Progress(sum(page["KeyCount"] for page in listed), len(request["urls"]))
    except (BotoCoreError, ClientError):
        return Progress()


def _of_map(states: Any, execution: str) -> Progress:
    """Of a list in S3: a map run appears once Step Functions has read the list's beginning."""
    runs = states.list_map_runs(executionArn=execution)["mapRuns"]
    if not runs:
        return Progress()
    counts = states.describe_map_run(mapRunArn=runs[0]["mapRunArn"])["itemCounts"]
    ended = sum(counts[outcome] for outcome in ("succeeded", "failed", "timedOut", "aborted"))
    return Progress(ended, counts["total"] or None)
