"""A shell in front of a cloud in which nothing is applied, but a state tells of queues."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest

from localcloud import LocalCloud
from sluice.sqs import messages
from sluice.terraform import backend, state_bucket
from tests.support.terminal import Terminal


class Bare(Terminal):
    """It has the bucket for the state of `local`, and clients of its own, whatever this process's variables say."""

    urls: Mapping[str, str] = {}

    def __init__(self, cloud: LocalCloud, terraform: Any) -> None:
        super().__init__(cloud, terraform)
        self._cloud = cloud
        self.sqs, self.s3, self.iam = (self._client(service) for service in ("sqs", "s3", "iam"))
        state_bucket.create_local_bucket(self.s3)

    def apply(self, outputs: Mapping[str, Any]) -> None:
        """Put a state with nothing but outputs, of strings, where Terraform looks for that of `local`."""
        kept = {name: {"value": value, "type": "string"} for name, value in outputs.items()}
        state = {"version": 4, "terraform_version": "1.10.0", "serial": 1, "lineage": "commands", "outputs": kept}
        place = backend.read_settings("local")
        self.s3.put_object(
            Bucket=place["bucket"], Key=place["key"], Body=json.dumps(state | {"resources": []}).encode()
        )

    def bodies(self, queue: str) -> list[str]:
        """All that lies in a queue, which is then empty."""
        return list(messages.take_all_bodies(self.sqs, self.urls[queue]))

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
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    """Nothing is applied."""
    with LocalCloud.start(tmp_path_factory.mktemp("commands")) as cloud:
        yield Bare(cloud, tmp_path_factory.mktemp("terraform"))


@pytest.fixture
def terminal(bare: Bare) -> Iterator[Bare]:
    """Two queues are there."""
    names = {"images": "commands-images", "predictions": "commands-predictions"}
    bare.urls = {output: bare.sqs.create_queue(QueueName=name)["QueueUrl"] for output, name in names.items()}
    bare.apply(bare.urls)
    yield bare
    bare.apply({})
    for url in bare.urls.values():
        bare.sqs.delete_queue(QueueUrl=url)
