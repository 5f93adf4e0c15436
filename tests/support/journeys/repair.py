"""An applied pipeline that breaks, and the operator who mends it with `sluice`."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, time
from typing import Any

import boto3

from sluice.sqs import messages
from tests.support.journeys.operators import Operator
from tests.support.terraform_root import PROJECT


class Repair:
    """The queues of an applied root, and `sluice` for it, typed by an operator who holds only the policy for that.

    `results` counts the results that came out by id.
    """

    def __init__(self, outputs: dict[str, Any], terraform: Path, operator: Operator) -> None:
        self.outputs = outputs
        self.results: Counter[str] = Counter()
        self._began = time()
        self.sqs = boto3.client("sqs")
        self._environment = (
            os.environ
            | operator.keys
            | {
                "TF_DATA_DIR": str(terraform),
                "PYTHONPATH": f"{PROJECT}:{PROJECT / 'lambdas'}",
            }
        )

    def sluice(self, *words: str, code: int = 0) -> dict[str, Any]:
        """What a command says as JSON; it must end with this exit code."""
        command = [sys.executable, "-m", "sluice", *words, "--env", "local", "--json"]
        told = subprocess.run(command, cwd=PROJECT, env=self._environment, capture_output=True, text=True, check=False)
        assert told.returncode == code, told.stderr
        said: dict[str, Any] = json.loads(told.stdout)
        return said

    def newer(self) -> list[str]:
        """The filter for this test's dead letters, not others'; a command takes its time to start."""
        return ["--newer", f"{time() - self._began + 10:.0f}s"]

    def tried(self, prefix: str) -> set[str]:
        """Ids of the tasks that have failed at least once since the test began."""
        pages = boto3.client("logs").get_paginator("filter_log_events")
        group = f"/aws/lambda/{self.outputs['functions']['worker']}"
        found = pages.paginate(logGroupName=group, startTime=int(self._began * 1000), filterPattern='"Retry scheduled"')
        lines = (json.loads(event["message"]) for page in found for event in page["events"])
        return {line["id"] for line in lines if line["id"].startswith(prefix)}

    def waiting(self, queue: str) -> int:
        """How many messages lie in a queue, hidden ones included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        told = self.sqs.get_queue_attributes(QueueUrl=self.outputs[queue], AttributeNames=names)["Attributes"]
        return sum(int(told[name]) for name in names)

    def until(self, enough: Callable[[], bool], *, within: float) -> None:
        """Take results until it is enough."""
        end = monotonic() + within
        while not enough():
            assert monotonic() < end, f"not within {within} s: {self.results}"
            taken = messages.take_bodies(self.sqs, self.outputs["predictions"])
            ids = (json.loads(body)["id"] for body in taken)
            self.results.update(name for name in ids if name.startswith("repair-"))

    def replayed(self) -> float:
        """What the metric DeadLettersReplayed has counted."""
        now = datetime.now(UTC)
        told = boto3.client("cloudwatch").get_metric_statistics(
            Namespace="Sluice",
            MetricName="DeadLettersReplayed",
            Dimensions=[{"Name": "service", "Value": self.outputs["functions"]["worker"]}],
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(minutes=1),
            Period=3600,
            Statistics=["Sum"],
        )
        return float(sum(point["Sum"] for point in told["Datapoints"]))

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """The results queue takes nothing from the worker."""
        worker = boto3.client("lambda").get_function_configuration(FunctionName=self.outputs["functions"]["worker"])
        url = self.outputs["predictions"]
        told = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy", "QueueArn"])["Attributes"]
        policy = json.loads(told["Policy"])
        policy["Statement"].append(
            {
                "Effect": "Deny",
                "Principal": {"AWS": worker["Role"]},
                "Action": "sqs:SendMessage",
                "Resource": told["QueueArn"],
            }
        )
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
        try:
            yield
        finally:
            self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": told["Policy"]})
