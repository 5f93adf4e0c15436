"""The handlers as the runtime loads them: imported anew, with a function's environment and real queues."""

import importlib
import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from types import ModuleType
from typing import Any

import boto3
import pytest

from jobs.store import Store
from localcloud import LocalCloud
from tests.support.lambdas.bundles import BUNDLE, models_setting
from tests.support.lambdas.http_server import HttpServer, ok
from tests.support.lambdas.state_machines import Machines

_number = count()
SAMPLE = (BUNDLE / "sample.png").read_bytes()


@dataclass
class Context:
    """What the runtime gives a handler beside the event."""

    seconds: float = 30.0
    aws_request_id: str = "request"
    function_name: str = "worker"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:000000000000:function:worker"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


def failures(reply: dict[str, Any]) -> list[str]:
    """The ids of the messages that are to come again."""
    return [failure["itemIdentifier"] for failure in reply["batchItemFailures"]]


@dataclass
class Pipeline:
    """A pair of queues with a handler between them."""

    images: str
    predictions: str
    sqs: Any = field(default_factory=lambda: boto3.client("sqs"))

    def receive(self, *bodies: str) -> dict[str, Any]:
        """Send bodies to the images queue and receive them as the event that a function would get."""
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.images, MessageBody=body)
        records: list[dict[str, Any]] = []
        while len(records) < len(bodies):
            reply = self.sqs.receive_message(
                QueueUrl=self.images, MaxNumberOfMessages=10, AttributeNames=["All"], WaitTimeSeconds=5
            )
            for message in reply["Messages"]:
                records.append(
                    {
                        "messageId": message["MessageId"],
                        "receiptHandle": message["ReceiptHandle"],
                        "body": message["Body"],
                        "attributes": message["Attributes"],
                        "eventSource": "aws:sqs",
                    }
                )
        return {"Records": sorted(records, key=lambda record: bodies.index(record["body"]))}

    def visible(self, seconds: int = 0) -> int:
        """How many messages of the images queue can be received within these seconds."""
        reply = self.sqs.receive_message(
            QueueUrl=self.images, MaxNumberOfMessages=10, WaitTimeSeconds=seconds, VisibilityTimeout=60
        )
        return len(reply.get("Messages", []))

    def results(self) -> list[dict[str, Any]]:
        """All that came out, in order."""
        found: list[dict[str, Any]] = []
        while messages := self.sqs.receive_message(QueueUrl=self.predictions, MaxNumberOfMessages=10).get("Messages"):
            found += [json.loads(message["Body"]) for message in messages]
            for message in messages:
                self.sqs.delete_message(QueueUrl=self.predictions, ReceiptHandle=message["ReceiptHandle"])
        return found


@pytest.fixture
def pipeline(aws: LocalCloud) -> Pipeline:
    """A new pair of queues."""
    assert aws.endpoint
    sqs = boto3.client("sqs")
    name = f"lambdas-{next(_number)}"
    images = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
    predictions = sqs.create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    return Pipeline(images, predictions)


@pytest.fixture
def site() -> Iterator[HttpServer]:
    """A server with the sample image at every address that a test does not change."""
    with HttpServer({"*": ok(SAMPLE)}) as stranger:
        yield stranger


@pytest.fixture
def load(
    pipeline: Pipeline,
    site: HttpServer,
    store: Store,
    machines: Machines,
    model_address: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., ModuleType]]:
    """Load a handler's module as a new process would; keywords change its environment."""

    def load(name: str, **changes: str) -> ModuleType:
        environment = {
            "MODELS": models_setting(model_address),
            "PREDICTIONS": pipeline.predictions,
            "IMAGES": pipeline.images,
            "RETRY_SECONDS": "2",
            "IMAGE_BUCKETS": "{}",
            "PRIVATE_HOSTS": site.place,
            "JOBS": f"s3://{store.bucket}/jobs",
            "SOURCE_BUCKETS": '{"lambdas-lists": "000000000000"}',
            "WORKFLOW": machines.waits,
            "BULK": machines.waits,
            "WORKFLOW_RUNS": machines.runs(machines.tells),
            "BULK_RUNS": machines.runs(machines.tells),
            "POWERTOOLS_SERVICE_NAME": name,
            "POWERTOOLS_METRICS_NAMESPACE": "Sluice",
        }
        for variable, value in (environment | changes).items():
            monkeypatch.setenv(variable, value)
        for handler in logging.getLogger(name).handlers:
            handler.stream = sys.stdout  # type: ignore[attr-defined]  # this test's, not that of one that is over
        sys.modules.pop(f"handlers.{name}", None)
        return importlib.import_module(f"handlers.{name}")

    yield load
    for name in [name for name in sys.modules if name.startswith("handlers.")]:
        del sys.modules[name]


@pytest.fixture
def logged() -> Callable[[ModuleType], io.StringIO]:
    """Redirects a handler's log into a text that a test can read."""

    def redirect(module: ModuleType) -> io.StringIO:
        text = io.StringIO()
        module.logger.registered_handler.setStream(text)
        return text

    return redirect
