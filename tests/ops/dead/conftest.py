"""A dead-letter queue, an images queue and a worker's log, on the local cloud."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from time import time
from typing import Any
from uuid import uuid4

import boto3
import pytest

from ops.cloud import LocalCloud
from ops.dead.listing import Listing, listing
from ops.dead.wanted import Wanted


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
        return listing(self.sqs, self.logs, self.dead, self.worker, Wanted(**wanted), limit)

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
