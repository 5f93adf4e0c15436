"""An operator who uses `sluice` on an applied pipeline while its queues are observed."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, time
from typing import Any

import boto3

from sluice.sqs import messages
from tests.support.journeys.operators import Operator
from tests.support.terraform_root import PROJECT


class OperatorSession:
    """`sluice` with an operator's credentials, and the queues of the applied root.

    Attributes:
        outputs: The outputs of the root.
        results: Number of received results, by id; only of ids that begin with `prefix`.

    Args:
        outputs: The outputs of the root.
        terraform: The folder in which Terraform keeps its data.
        operator: The user who runs the commands.
        prefix: The beginning of the ids of this session's tasks.
    """

    def __init__(self, outputs: dict[str, Any], terraform: Path, operator: Operator, prefix: str) -> None:
        self.outputs = outputs
        self.results: Counter[str] = Counter()
        self._prefix = prefix
        self._start = time()
        self._sqs = boto3.client("sqs")
        self._environment = (
            os.environ
            | operator.credentials
            | {
                "TF_DATA_DIR": str(terraform),
                "PYTHONPATH": f"{PROJECT}:{PROJECT / 'lambdas'}",
            }
        )

    def run(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """Run `sluice` with --json, which must exit with `code`, and return its output."""
        command = [sys.executable, "-m", "sluice", *arguments, "--env", "local", "--json"]
        process = subprocess.run(
            command, cwd=PROJECT, env=self._environment, capture_output=True, text=True, check=False
        )
        assert process.returncode == code, process.stderr
        output: dict[str, Any] = json.loads(process.stdout)
        return output

    def newer_option(self) -> list[str]:
        """Return the option that selects the dead letters of this session, with 10 s for the command to start."""
        return ["--newer", f"{time() - self._start + 10:.0f}s"]

    def list_retried_ids(self, prefix: str) -> set[str]:
        """Return the ids with this prefix whose tasks failed at least once in this session."""
        pages = (
            boto3.client("logs")
            .get_paginator("filter_log_events")
            .paginate(
                logGroupName=f"/aws/lambda/{self.outputs['functions']['worker']}",
                startTime=int(self._start * 1000),
                filterPattern='"Retry scheduled"',
            )
        )
        lines = (json.loads(event["message"]) for page in pages for event in page["events"])
        return {line["id"] for line in lines if line["id"].startswith(prefix)}

    def count_messages(self, queue: str) -> int:
        """Return the number of messages in a queue, including those in flight."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        reply = self._sqs.get_queue_attributes(QueueUrl=self.outputs[queue], AttributeNames=names)
        return sum(int(reply["Attributes"][name]) for name in names)

    def receive_until(self, condition: Callable[[], bool], *, within: float) -> None:
        """Receive results until a condition holds; fail after `within` seconds."""
        end = monotonic() + within
        while not condition():
            assert monotonic() < end, f"the condition does not hold after {within} s; results: {self.results}"
            bodies = messages.take_bodies(self._sqs, self.outputs["predictions"])
            ids = (json.loads(body)["id"] for body in bodies)
            self.results.update(id_ for id_ in ids if id_.startswith(self._prefix))

    def count_replayed(self) -> float:
        """Return the sum of the metric DeadLettersReplayed."""
        now = datetime.now(UTC)
        statistics = boto3.client("cloudwatch").get_metric_statistics(
            Namespace="Sluice",
            MetricName="DeadLettersReplayed",
            Dimensions=[{"Name": "service", "Value": self.outputs["functions"]["worker"]}],
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(minutes=1),
            Period=3600,
            Statistics=["Sum"],
        )
        return float(sum(point["Sum"] for point in statistics["Datapoints"]))
