"""`send` and `job`: what goes out for what was typed."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

from ops import __main__ as commands
from ops import queues
from ops.cloud import LocalCloud

URL = "https://example.com/1.jpg"


@pytest.fixture
def queue(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The images queue of an environment that has nothing else."""
    assert cloud.endpoint
    url = boto3.client("sqs").create_queue(QueueName="asking")["QueueUrl"]
    monkeypatch.setattr("ops.stack.outputs", lambda: {"images": url})
    yield url
    boto3.client("sqs").delete_queue(QueueUrl=url)


@pytest.mark.parametrize(
    ("typed", "body"),
    [
        ([URL], URL),
        (['{"url": "x", "model": "pets"}'], '{"url": "x", "model": "pets"}'),
        ([URL, "--model", "pets"], json.dumps({"url": URL, "model": "pets"})),
    ],
)
def test_a_task_names_the_model_that_was_typed(typed: list[str], body: str, queue: str) -> None:
    result = CliRunner().invoke(commands.app, ["send", *typed])
    assert result.exit_code == 0, result.output
    assert queues.take(boto3.client("sqs"), queue) == [body]


def test_a_model_is_not_written_into_somebodys_json(queue: str) -> None:
    result = CliRunner().invoke(commands.app, ["send", '{"url": "x"}', "--model", "pets"])
    assert result.exit_code == 2
    assert "names its model itself" in result.output
    assert queues.take(boto3.client("sqs"), queue, wait=0) == []


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What is posted to a jobs API that takes every list and has answered it at once."""
    posted: list[Any] = []

    class Api(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.reply(202, {"id": "job"})

        def do_GET(self) -> None:
            self.reply(200, {"id": "job", "status": "succeeded", "results": []})

        def reply(self, status: int, body: Any) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    for name, value in (("AWS_ACCESS_KEY_ID", "k"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_REGION", "eu-central-1")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        monkeypatch.setattr("ops.stack.outputs", lambda: {"jobs": {"api": f"http://127.0.0.1:{server.server_port}"}})
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield posted
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("typed", "body"),
    [
        ([URL], {"urls": [URL]}),
        ([URL, URL, "--model", "pets"], {"urls": [URL, URL], "model": "pets"}),
        (["s3://lists/all.csv", "--model", "pets"], {"source": "s3://lists/all.csv", "model": "pets"}),
    ],
)
def test_a_job_names_the_model_that_was_typed(typed: list[str], body: dict[str, Any], api: list[Any]) -> None:
    result = CliRunner().invoke(commands.app, ["job", *typed])
    assert result.exit_code == 0, result.output
    assert api == [body]
