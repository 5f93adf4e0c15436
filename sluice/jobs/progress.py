"""The progress of a running job, from its results in S3 and the counts of its map run in Step Functions."""

import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError


@dataclass(frozen=True)
class Progress:
    """The number of finished items of a job, and of all items; `total` is None while it is not known."""

    done: int = 0
    total: int | None = None


def read_progress(s3: Any, stepfunctions: Any, outputs: dict[str, Any], job: str) -> Progress:
    """Return the progress of a job.

    Args:
        s3: A boto3 client of S3.
        stepfunctions: A boto3 client of Step Functions.
        outputs: Terraform's output `jobs`.
        job: The job's ID.

    Returns:
        The progress; the default Progress if the caller may only call the API, or while AWS cannot be reached.
    """
    try:
        stored = s3.get_object(Bucket=outputs["bucket"], Key=f"jobs/{job}/request.json")
        request = json.loads(stored["Body"].read())
        if "source" in request:
            return _map_progress(stepfunctions, outputs["bulk"].replace(":stateMachine:", ":execution:") + f":{job}")
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=outputs["bucket"], Prefix=f"jobs/{job}/results/")
        return Progress(sum(page["KeyCount"] for page in pages), len(request["urls"]))
    except (BotoCoreError, ClientError):
        return Progress()


def _map_progress(stepfunctions: Any, execution: str) -> Progress:
    runs = stepfunctions.list_map_runs(executionArn=execution)["mapRuns"]
    if not runs:  # it appears once Step Functions has read the start of the list
        return Progress()
    counts = stepfunctions.describe_map_run(mapRunArn=runs[0]["mapRunArn"])["itemCounts"]
    ended = sum(counts[outcome] for outcome in ("succeeded", "failed", "timedOut", "aborted"))
    return Progress(ended, counts["total"] or None)
