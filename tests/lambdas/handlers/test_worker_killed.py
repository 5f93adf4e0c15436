"""A worker killed after its results were sent, in what comes then: what was answered does not come again."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.lambdas.handlers.conftest import Pipeline
from tests.support.lambdas.bundles import Bundles, models_setting
from tests.support.lambdas.http_server import HttpServer, status

LAMBDAS = Path(__file__).parents[3] / "lambdas"

# What comes after sending and never ends: as slow as it can be, or about to take the process with it.
PROGRAM = """
import json, sys, time
sys.path.insert(0, {lambdas!r})
import handlers.worker as worker
class Context:
    function_name = memory_limit_in_mb = invoked_function_arn = aws_request_id = "x"
    def get_remaining_time_in_millis(self): return 30000
def hang(*_, **__):
    print("hangs", flush=True)
    time.sleep(60)
worker.{where} = hang
worker.handler(json.load(sys.stdin), Context())
"""


@contextmanager
def hanging(where: str, event: dict[str, Any], settings: dict[str, str]) -> Iterator[None]:
    """Have a worker in a process of its own answer the event until it hangs; killed at the end."""
    program = PROGRAM.format(lambdas=str(LAMBDAS), where=where)
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env=dict(os.environ) | settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(json.dumps(event))
            process.stdin.close()
            assert "hangs\n" in process.stdout  # reads on until the line is there, or the process has ended
            yield
        finally:
            process.kill()


def held(pipeline: Pipeline) -> int:
    """How many messages of the images queue are there, seen or hidden."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = pipeline.sqs.get_queue_attributes(QueueUrl=pipeline.images, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


@pytest.mark.parametrize(("where", "failing"), [("shadows", 0), ("postpone", 1)])
def test_what_was_answered_comes_out_once_and_does_not_return(
    where: str, failing: int, pipeline: Pipeline, site: HttpServer, model_address: str, bundles: Bundles
) -> None:
    site.routes["/away"] = status(503)
    settings = {
        "MODELS": models_setting(model_address, shadow=bundles.put(labels="9876543210")),
        "PREDICTIONS": pipeline.predictions,
        "IMAGES": pipeline.images,
        "PRIVATE_HOSTS": site.place,
        "RETRY_SECONDS": "2",
        "POWERTOOLS_SERVICE_NAME": "worker",
        "POWERTOOLS_METRICS_NAMESPACE": "Sluice",
    }
    event = pipeline.receive(*(site.url(f"/{n}") for n in range(3)), *[site.url("/away")] * failing)
    with hanging(where, event, settings):
        assert held(pipeline) == failing
    answered = [record["messageId"] for record in event["Records"][:3]]
    assert sorted(result["id"] for result in pipeline.results()) == sorted(answered)
    for record in event["Records"]:  # as the visibility timeout will
        pipeline.sqs.change_message_visibility_batch(
            QueueUrl=pipeline.images,
            Entries=[{"Id": "0", "ReceiptHandle": record["receiptHandle"], "VisibilityTimeout": 0}],
        )
    assert pipeline.visible(seconds=1) == failing
