"""A dead-letter queue, an images queue and a worker's log, on the local cloud."""

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

Sluice = Callable[..., Result]
BODIES = [f'{{"id": "n{n}", "url": "https://example.org/{n}.png"}}' for n in range(3)]


@dataclass
class Graveyard:
    """Where letters lie: queues by URL, and the name of the worker whose log tells of them."""

    sqs: Any
    logs: Any
    dead: str
    images: str
    worker: str

    def bury(self, *bodies: str, **message: Any) -> list[str]:
        """Send bodies straight to the dead letters; their message ids."""
        return [self.sqs.send_message(QueueUrl=self.dead, MessageBody=body, **message)["MessageId"] for body in bodies]

    def log(self, **line: Any) -> None:
        event = {"timestamp": int(time() * 1000), "message": json.dumps(line)}
        self.logs.put_log_events(logGroupName=f"/aws/lambda/{self.worker}", logStreamName="a", logEvents=[event])

    def listed(self, limit: int | None = None, **wanted: Any) -> Listing:
        return list_dead_letters(self.sqs, self.logs, self.dead, self.worker, Filters(**wanted), limit)

    def bodies(self, url: str) -> list[str]:
        """What is visible in a queue at this moment."""
        found = []
        while messages := self.received(url):
            found += [message["Body"] for message in messages]
        return sorted(found)

    def received(self, url: str) -> list[dict[str, Any]]:
        """Up to ten messages, hidden from now on."""
        messages: list[dict[str, Any]] = self.sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=0,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        ).get("Messages", [])
        return messages


@pytest.fixture
def yard(cloud: LocalCloud) -> Iterator[Graveyard]:  # noqa: ARG001 - what boto3 speaks to
    sqs, logs, name = boto3.client("sqs"), boto3.client("logs"), f"yard-{uuid4().hex[:8]}"
    dead, images = (sqs.create_queue(QueueName=f"{name}-{queue}")["QueueUrl"] for queue in ("dead", "images"))
    logs.create_log_group(logGroupName=f"/aws/lambda/{name}")
    logs.create_log_stream(logGroupName=f"/aws/lambda/{name}", logStreamName="a")
    yield Graveyard(sqs, logs, dead, images, name)
    for url in (dead, images):
        sqs.delete_queue(QueueUrl=url)


@pytest.fixture
def sluice(yard: Graveyard, monkeypatch: pytest.MonkeyPatch) -> Sluice:
    """Runs `sluice dead ...` on the yard, as if Terraform had told of it; refusals are raised as SluiceError."""
    deployed = Environment("local")
    deployed.__dict__["outputs"] = {
        "images": yard.images,
        "dead_letters": yard.dead,
        "functions": {"worker": yard.worker},
    }
    monkeypatch.setattr(Environment, "open", lambda _: deployed)

    def run(*words: str) -> Result:
        result = CliRunner().invoke(dead.app, words)
        if isinstance(result.exception, SluiceError):
            raise result.exception
        return result

    return run


def counted(yard: Graveyard, metric: str) -> float:
    now = datetime.now(UTC)
    told = boto3.client("cloudwatch").get_metric_statistics(
        Namespace="Sluice",
        MetricName=metric,
        Dimensions=[{"Name": "service", "Value": yard.worker}],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(minutes=1),
        Period=3600,
        Statistics=["Sum"],
    )
    return float(sum(point["Sum"] for point in told["Datapoints"]))


def found(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
