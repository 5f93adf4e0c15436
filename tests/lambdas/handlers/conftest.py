"""Handlers loaded as Lambda's runtime loads them: a new import, a function's environment, real queues."""

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

from jobs.store import JobStore
from localcloud import LocalCloud
from tests.support.lambdas.bundles import BUNDLE, models_setting
from tests.support.lambdas.http_server import HttpServer, ok
from tests.support.lambdas.state_machines import StateMachines

_number = count()
SAMPLE = (BUNDLE / "sample.png").read_bytes()


@dataclass
class Context:
    """The context that the runtime passes to a handler."""

    seconds: float = 30.0
    aws_request_id: str = "request"
    function_name: str = "worker"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:000000000000:function:worker"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


def failures(reply: dict[str, Any]) -> list[str]:
    """Return the ids of the messages that return to the queue."""
    return [failure["itemIdentifier"] for failure in reply["batchItemFailures"]]


@dataclass
class Pipeline:
    """The queues before and after the worker."""

    images: str
    predictions: str
    sqs: Any = field(default_factory=lambda: boto3.client("sqs"))

    def receive(self, *bodies: str) -> dict[str, Any]:
        """Send bodies to the images queue and return them as the event that a function receives."""
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

    def count_visible(self, seconds: int = 0) -> int:
        """Return how many messages of the images queue can be received within so many seconds."""
        reply = self.sqs.receive_message(
            QueueUrl=self.images, MaxNumberOfMessages=10, WaitTimeSeconds=seconds, VisibilityTimeout=60
        )
        return len(reply.get("Messages", []))

    def receive_results(self) -> list[dict[str, Any]]:
        """Receive and delete all results, in order."""
        results: list[dict[str, Any]] = []
        while messages := self.sqs.receive_message(QueueUrl=self.predictions, MaxNumberOfMessages=10).get("Messages"):
            results += [json.loads(message["Body"]) for message in messages]
            for message in messages:
                self.sqs.delete_message(QueueUrl=self.predictions, ReceiptHandle=message["ReceiptHandle"])
        return results


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
    """A server with the sample image at every path that a test does not change."""
    with HttpServer({"*": ok(SAMPLE)}) as server:
        yield server


@pytest.fixture
def load(
    pipeline: Pipeline,
    site: HttpServer,
    store: JobStore,
    machines: StateMachines,
    model_address: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., ModuleType]]:
    """Import a handler's module as a new process would; keyword arguments change its environment."""

    def load(name: str, **changes: str) -> ModuleType:
        environment = {
            "MODELS": models_setting(model_address),
            "PREDICTIONS": pipeline.predictions,
            "IMAGES": pipeline.images,
            "RETRY_SECONDS": "2",
            "IMAGE_BUCKETS": "{}",
            "PRIVATE_HOSTS": site.host_port,
            "JOBS": f"s3://{store.bucket}/jobs",
            "SOURCE_BUCKETS": '{"lambdas-lists": "000000000000"}',
            "WORKFLOW": machines.waiting,
            "BULK": machines.waiting,
            "WORKFLOW_RUNS": machines.executions_prefix(machines.passing),
            "BULK_RUNS": machines.executions_prefix(machines.passing),
            "POWERTOOLS_SERVICE_NAME": name,
            "POWERTOOLS_METRICS_NAMESPACE": "Sluice",
        }
        for variable, value in (environment | changes).items():
            monkeypatch.setenv(variable, value)
        for handler in logging.getLogger(name).handlers:
            handler.stream = sys.stdout  # type: ignore[attr-defined]  # this test's stream, not a closed one of an earlier test
        sys.modules.pop(f"handlers.{name}", None)
        return importlib.import_module(f"handlers.{name}")

    yield load
    for name in [name for name in sys.modules if name.startswith("handlers.")]:
        del sys.modules[name]


@pytest.fixture
def logged() -> Callable[[ModuleType], io.StringIO]:
    """Redirect a handler's log into a stream that a test can read."""

    def redirect(module: ModuleType) -> io.StringIO:
        stream = io.StringIO()
        getattr(module, "runtime", module).logger.registered_handler.setStream(stream)
        return stream

    return redirect
