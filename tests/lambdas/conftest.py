"""Fixtures of the functions' tests: recorded connections, and buckets with the demo model in the local cloud."""

import os
import sys
from collections.abc import Iterator
from itertools import count
from typing import Any

import boto3
import pytest

from build import bundle
from inference.fetch import s3, web
from inference.models.model import Model, load_model
from jobs import executions
from jobs.store import JobStore
from localcloud import LocalCloud
from tests.support.lambdas.bundles import BUNDLE as BUNDLE
from tests.support.lambdas.bundles import Bundles
from tests.support.lambdas.http_server import CERTIFICATE
from tests.support.lambdas.state_machines import StateMachines

_number = count()
_connections: list[Any] = []


def _record_connection(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        _connections.append(arguments[1])


sys.addaudithook(_record_connection)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the developer's own proxy settings."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture
def connections() -> list[Any]:
    """The addresses that this process connects to during the test, from Python's audit events."""
    _connections.clear()
    return _connections


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Trust the certificate of the tests' servers."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    web.tls_context.cache_clear()
    yield
    web.tls_context.cache_clear()


@pytest.fixture(scope="session")
def aws(cloud: LocalCloud) -> Iterator[LocalCloud]:
    """The local cloud, with new clients of the functions for it."""
    for client in (s3.client, executions.client):
        client.cache_clear()
    yield cloud
    for client in (s3.client, executions.client):
        client.cache_clear()


@pytest.fixture(scope="session")
def store(aws: LocalCloud) -> JobStore:
    """The jobs bucket in the local cloud."""
    assert aws.endpoint
    client = boto3.client("s3")
    client.create_bucket(
        Bucket="lambdas-jobs", CreateBucketConfiguration={"LocationConstraint": client.meta.region_name}
    )
    return JobStore("s3://lambdas-jobs/jobs")


@pytest.fixture
def job() -> str:
    """The name of a job that only this test uses."""
    return f"job-{next(_number)}"


@pytest.fixture(scope="session")
def model_address(aws: LocalCloud) -> str:
    """The address of the demo bundle in the local cloud."""
    assert aws.endpoint
    sha256 = bundle.digest(BUNDLE)
    client = boto3.client("s3")
    client.create_bucket(
        Bucket="lambdas-models", CreateBucketConfiguration={"LocationConstraint": client.meta.region_name}
    )
    for file in BUNDLE.iterdir():
        client.put_object(Bucket="lambdas-models", Key=f"digits/{sha256}/{file.name}", Body=file.read_bytes())
    return f"s3://lambdas-models/digits/{sha256}"


@pytest.fixture(scope="session")
def model(model_address: str) -> Model:
    """The demo model, loaded as functions load it."""
    return load_model(model_address)


@pytest.fixture
def bundles(model_address: str) -> Bundles:
    """Modified bundles, in a folder that only this test uses."""
    bucket = model_address.split("/")[2]
    return Bundles(f"s3://{bucket}/changed-{next(_number)}")


@pytest.fixture(scope="session")
def machines(aws: LocalCloud) -> StateMachines:
    """State machines in the local cloud."""
    assert aws.endpoint
    return StateMachines()
