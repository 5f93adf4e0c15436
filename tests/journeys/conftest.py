"""The stacks of the journeys: the root and the examples, each applied once, concurrently."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest

from localcloud import LocalCloud
from sluice.demo.digits import Digit, load_digits, to_files
from sluice.image_server import ImageServer
from sluice.terraform import state_bucket
from sluice.terraform.state_location import StateLocation
from tests.support.journeys import inference_engine
from tests.support.journeys.image_site import ImageSite
from tests.support.journeys.operators import Operator
from tests.support.journeys.pipeline import Pipeline
from tests.support.terraform_root import Root

EXAMPLES = ("relay", "log", "branches", "hello")


@pytest.fixture(scope="session")
def site() -> Iterator[ImageSite]:
    """The website with the images."""
    site = ImageSite()
    with ImageServer(site.respond) as server:
        site.server = server
        yield site


@pytest.fixture(scope="session")
def digits(site: ImageSite) -> list[Digit]:
    """The held-out digits, which the site serves."""
    digits = load_digits()
    site.files |= to_files(digits)
    return digits


@pytest.fixture(scope="session")
def stacks(
    cloud: LocalCloud,  # noqa: ARG001 - provides AWS to Terraform
    project: Path,
    build_name: str,
    site: ImageSite,
) -> Iterator[dict[str, Future[Root]]]:
    """All stacks by name, while they are applied."""
    s3 = boto3.client("s3")
    state_bucket.create_local_bucket(s3)
    s3.create_bucket(Bucket="holiday-photos", CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    build_values = {"build": build_name, "oldest_python": "3.11"}
    root_values = build_values | inference_engine.SETTINGS
    root_values |= {"private_hosts": [site.server.host], "image_buckets": ["holiday-photos"]}

    def apply(folder: str, environment: str | None, values: dict[str, Any]) -> Root:
        stack = Root(project / folder, environment=environment, values=values)
        stack.apply()
        return stack

    with ThreadPoolExecutor(3) as pool:  # each Terraform starts a provider of its own, which needs much memory
        stacks = {"terraform": pool.submit(apply, "terraform", "local", root_values)}
        stacks |= {name: pool.submit(apply, f"terraform/examples/{name}", None, build_values) for name in EXAMPLES}
        yield stacks


@pytest.fixture(scope="session")
def stack(stacks: dict[str, Future[Root]]) -> Root:
    """The root, applied with ENV=local."""
    return stacks["terraform"].result()


@pytest.fixture(scope="session")
def operator(stack: Root) -> Operator:  # noqa: ARG001 - applied before it is operated
    """An operator who runs `sluice` on the root, with the policy `operate` and no other."""
    return Operator(StateLocation.from_environment("local"), "local", "operate")


@pytest.fixture(scope="session")
def pipeline(stack: Root, cloud: LocalCloud) -> Pipeline:
    """The applied pipeline."""
    return Pipeline(stack.outputs(), cloud)
