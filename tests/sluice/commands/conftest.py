"""A local cloud without a deployed environment, and a terminal that leads to it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from localcloud import LocalCloud
from sluice.sqs import messages
from sluice.terraform import backend, state_bucket
from tests.support.terminal import Terminal


class CloudTerminal(Terminal):
    """A terminal with the state bucket of `local`, and clients that ignore the variables of this process."""

    def __init__(self, cloud: LocalCloud, terraform: Path) -> None:
        super().__init__(cloud, terraform)
        self._cloud = cloud
        self.queue_urls: Mapping[str, str] = {}
        self.sqs, self.s3, self.iam = (self._client(service) for service in ("sqs", "s3", "iam"))
        state_bucket.create_local_bucket(self.s3)

    def set_outputs(self, outputs: Mapping[str, str]) -> None:
        """Store a Terraform state of `local` that has only outputs."""
        values = {name: {"value": value, "type": "string"} for name, value in outputs.items()}
        state = {"version": 4, "terraform_version": "1.10.0", "serial": 1, "lineage": "commands", "outputs": values}
        settings = backend.read_settings("local")
        body = json.dumps(state | {"resources": []}).encode()
        self.s3.put_object(Bucket=settings["bucket"], Key=settings["key"], Body=body)

    def take_bodies(self, queue: str) -> list[str]:
        """Return the bodies of all messages of a queue, and delete them."""
        return list(messages.take_all_bodies(self.sqs, self.queue_urls[queue]))

    def _client(self, service: str) -> Any:
        state = self._cloud.state
        return boto3.Session().client(
            service,
            endpoint_url=self._cloud.endpoint,
            region_name=state.region,
            aws_access_key_id=state.access_key,
            aws_secret_access_key=state.secret_key,
            verify=state.certificate,
        )


@pytest.fixture(scope="session")
def empty_terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudTerminal]:
    """A terminal that leads to a local cloud in which nothing is applied."""
    with LocalCloud.start(tmp_path_factory.mktemp("commands")) as cloud:
        yield CloudTerminal(cloud, tmp_path_factory.mktemp("terraform"))


@pytest.fixture
def terminal(empty_terminal: CloudTerminal) -> Iterator[CloudTerminal]:
    """A terminal that leads to an environment with an images queue and a predictions queue."""
    sqs, names = empty_terminal.sqs, {"images": "commands-images", "predictions": "commands-predictions"}
    urls = {output: sqs.create_queue(QueueName=name)["QueueUrl"] for output, name in names.items()}
    empty_terminal.queue_urls = urls
    empty_terminal.set_outputs(urls)
    yield empty_terminal
    empty_terminal.set_outputs({})
    for url in urls.values():
        sqs.delete_queue(QueueUrl=url)
