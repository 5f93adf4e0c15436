"""Queues and a log of dead letters on the local cloud, and a way to run `sluice dead` on them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import time
from typing import Any
from uuid import uuid4

import boto3
import pytest
from typer.testing import CliRunner, Result

from localcloud import LocalCloud
from sluice.commands import dead
from sluice.dead_letters.failures import Filters
from sluice.dead_letters.scan import Listing, list_dead_letters
from sluice.environment import Environment
from sluice.errors import SluiceError

RunDead = Callable[..., Result]
BODIES = [f'{{"id": "n{n}", "url": "https://example.org/{n}.png"}}' for n in range(3)]


@dataclass
class Queues:
    """Clients of SQS and CloudWatch Logs, the URLs of the queues, and the name of the worker's function."""

    sqs: Any
    logs: Any
    dead_letters: str
    images: str
    worker: str

    def add_dead_letters(self, *bodies: str, **parameters: Any) -> list[str]:
        """Send messages to the dead-letter queue, and return their message IDs."""
        messages = (
            self.sqs.send_message(QueueUrl=self.dead_letters, MessageBody=body, **parameters) for body in bodies
        )
        return [message["MessageId"] for message in messages]

    def add_log_line(self, **fields: Any) -> None:
        event = {"timestamp": int(time() * 1000), "message": json.dumps(fields)}
        self.logs.put_log_events(logGroupName=f"/aws/lambda/{self.worker}", logStreamName="a", logEvents=[event])

    def list_letters(self, limit: int | None = None, **filters: Any) -> Listing:
        return list_dead_letters(self.sqs, self.logs, self.dead_letters, self.worker, Filters(**filters), limit)

    def visible_bodies(self, url: str) -> list[str]:
        """Receive all visible messages of a queue, and return their bodies."""
        bodies = []
        while messages := self.receive(url):
            bodies += [message["Body"] for message in messages]
        return sorted(bodies)

    def receive(self, url: str) -> list[dict[str, Any]]:
        """Receive up to ten messages, which are then hidden."""
        messages: list[dict[str, Any]] = self.sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=0,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        ).get("Messages", [])
        return messages

    def sum_metric(self, metric: str) -> float:
        """Return the sum of a metric of the worker over the last hour."""
        now = datetime.now(UTC)
        statistics = boto3.client("cloudwatch").get_metric_statistics(
            Namespace="Sluice",
            MetricName=metric,
            Dimensions=[{"Name": "service", "Value": self.worker}],
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(minutes=1),
            Period=3600,
            Statistics=["Sum"],
        )
        return float(sum(point["Sum"] for point in statistics["Datapoints"]))


@pytest.fixture
def queues(cloud: LocalCloud) -> Iterator[Queues]:  # noqa: ARG001 - it receives boto3's calls
    sqs, logs, name = boto3.client("sqs"), boto3.client("logs"), f"dead-{uuid4().hex[:8]}"
    dead_letters, images = (
        sqs.create_queue(QueueName=f"{name}-{queue}")["QueueUrl"] for queue in ("dead-letters", "images")
    )
    logs.create_log_group(logGroupName=f"/aws/lambda/{name}")
    logs.create_log_stream(logGroupName=f"/aws/lambda/{name}", logStreamName="a")
    yield Queues(sqs, logs, dead_letters, images, name)
    for url in (dead_letters, images):
        sqs.delete_queue(QueueUrl=url)


@pytest.fixture
def run_dead(queues: Queues, monkeypatch: pytest.MonkeyPatch) -> RunDead:
    """Runs `sluice dead ...` on the queues, as if Terraform had created them; raises SluiceError."""
    environment = Environment("local")
    environment.__dict__["outputs"] = {
        "images": queues.images,
        "dead_letters": queues.dead_letters,
        "functions": {"worker": queues.worker},
    }
    monkeypatch.setattr(Environment, "open", lambda _: environment)

    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(dead.app, arguments)
        if isinstance(result.exception, SluiceError):
            raise result.exception
        return result

    return run


def json_output(result: Result) -> Any:
    """Return the JSON that a command printed; AssertionError unless it succeeded."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
