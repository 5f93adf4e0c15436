"""A worker killed after it has sent its results: messages with a result do not return."""

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

# The step after sending never ends: it is very slow, or about to kill the process.
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
worker.{step} = hang
worker.handler(json.load(sys.stdin), Context())
"""


@contextmanager
def hanging(step: str, event: dict[str, Any], settings: dict[str, str]) -> Iterator[None]:
    """Run a worker with the event in a process of its own until it hangs, and kill it at the end."""
    program = PROGRAM.format(lambdas=str(LAMBDAS), step=step)
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
            assert "hangs\n" in process.stdout  # reads until the line comes or the process ends
            yield
        finally:
            process.kill()


def count_messages(pipeline: Pipeline) -> int:
    """Return the number of messages in the images queue, visible or not."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = pipeline.sqs.get_queue_attributes(QueueUrl=pipeline.images, AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)


@pytest.mark.parametrize(("step", "failing"), [("Runtime.compare_shadows", 0), ("ImagesQueue.delay_retry", 1)])
def test_killed_worker_does_not_repeat_sent_results(
    step: str, failing: int, pipeline: Pipeline, site: HttpServer, model_address: str, bundles: Bundles
) -> None:
    site.routes["/away"] = status(503)
    settings = {
        "MODELS": models_setting(model_address, shadow=bundles.put(labels="9876543210")),
        "PREDICTIONS": pipeline.predictions,
        "IMAGES": pipeline.images,
        "PRIVATE_HOSTS": site.host_port,
        "RETRY_SECONDS": "2",
        "POWERTOOLS_SERVICE_NAME": "worker",
        "POWERTOOLS_METRICS_NAMESPACE": "Sluice",
    }
    event = pipeline.receive(*(site.url(f"/{n}") for n in range(3)), *[site.url("/away")] * failing)
    with hanging(step, event, settings):
        assert count_messages(pipeline) == failing
    classified = [record["messageId"] for record in event["Records"][:3]]
    assert sorted(result["id"] for result in pipeline.receive_results()) == sorted(classified)
    for record in event["Records"]:  # as the visibility timeout will
        pipeline.sqs.change_message_visibility_batch(
            QueueUrl=pipeline.images,
            Entries=[{"Id": "0", "ReceiptHandle": record["receiptHandle"], "VisibilityTimeout": 0}],
        )
    assert pipeline.count_visible(seconds=1) == failing
