"""The stacks that the journeys travel: the root and the first steps, each applied once, all at the same time."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest

from localcloud import LocalCloud
from sluice.demo import digits
from sluice.demo.digits import Digit
from sluice.image_server import ImageServer
from sluice.terraform import state_bucket
from sluice.terraform.state_location import StateLocation
from tests.support.journeys import engine
from tests.support.journeys.http_sites import Outside
from tests.support.journeys.operators import Operator
from tests.support.journeys.pipeline import Pipeline
from tests.support.terraform_root import Root

EXAMPLES = ("relay", "log", "branches", "hello")


@pytest.fixture(scope="session")
def outside() -> Iterator[Outside]:
    """The web that the images come from."""
    outside = Outside()
    with ImageServer(outside.answer) as server:
        outside.server = server
        yield outside


@pytest.fixture(scope="session")
def scans(outside: Outside) -> list[Digit]:
    """The held-out digits, on the web."""
    scans = digits.load_digits()
    outside.files |= digits.to_files(scans)
    return scans


@pytest.fixture(scope="session")
def applied(
    cloud: LocalCloud,  # noqa: ARG001 - what Terraform speaks to
    project: Path,
    build_name: str,
    outside: Outside,
) -> Iterator[dict[str, Future[Root]]]:
    """Every stack by name, being applied."""
    s3 = boto3.client("s3")
    state_bucket.create_local_bucket(s3)
    s3.create_bucket(Bucket="holiday-photos", CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    built = {"build": build_name, "oldest_python": "3.11"}
    root = built | engine.SETTINGS | {"private_hosts": [outside.server.host], "image_buckets": ["holiday-photos"]}

    def apply(folder: str, environment: str | None, values: dict[str, Any]) -> Root:
        stack = Root(project / folder, environment=environment, values=values)
        stack.apply()
        return stack

    with ThreadPoolExecutor(3) as pool:  # each Terraform has a provider of its own, and machines may be small
        stacks = {"terraform": pool.submit(apply, "terraform", "local", root)}
        stacks |= {name: pool.submit(apply, f"terraform/examples/{name}", None, built) for name in EXAMPLES}
        yield stacks


@pytest.fixture(scope="session")
def stack(applied: dict[str, Future[Root]]) -> Root:
    """The root, applied with ENV=local."""
    return applied["terraform"].result()


@pytest.fixture(scope="session")
def operator(stack: Root) -> Operator:  # noqa: ARG001 - what is operated
    """Who runs `sluice` on the root, and holds no policy but the one for that."""
    return Operator(StateLocation.from_environment("local"), "local", "operate")


@pytest.fixture(scope="session")
def pipeline(stack: Root, cloud: LocalCloud) -> Pipeline:
    """The applied pipeline, to send to and to hear from."""
    return Pipeline(stack.outputs(), cloud)
