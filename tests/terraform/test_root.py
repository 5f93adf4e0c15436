"""The root: who may call it, what it forgets, and sizes that cannot be, told at plan."""

from typing import Any

import boto3
import pytest

from localcloud import LocalCloud
from sluice.terraform import state_bucket
from tests.support import terraform_root
from tests.support.terraform_root import Root

API_WAITS_SECONDS = 30


@pytest.fixture(scope="module")
def root(cloud: LocalCloud, build_name: str, tmp_path_factory: pytest.TempPathFactory) -> Root:  # noqa: ARG001
    """The root in a copy of its own: the journeys apply theirs."""
    state_bucket.create_local_bucket(boto3.client("s3"))
    project = terraform_root.copy_project(tmp_path_factory.mktemp("root"))
    return Root(project / "terraform", environment="local", values={"build": build_name})


@pytest.fixture(scope="module")
def planned(root: Root) -> dict[str, dict[str, Any]]:
    return root.plan(environment="other", jobs={"keep_days": 3}).resources  # other: or it would see the journeys' state


def test_only_signed_requests_reach_the_two_routes(planned: dict[str, dict[str, Any]]) -> None:
    routes = [values for address, values in planned.items() if "aws_apigatewayv2_route" in address]
    assert {(route["route_key"], route["authorization_type"]) for route in routes} == {
        ("POST /jobs", "AWS_IAM"),
        ("GET /jobs/{id}", "AWS_IAM"),
    }


def test_functions_behind_the_api_answer_before_it_gives_up(planned: dict[str, dict[str, Any]]) -> None:
    for name in ("start", "status"):
        assert planned[f"module.{name}.aws_lambda_function.this"]["timeout"] < API_WAITS_SECONDS


def test_jobs_are_forgotten_in_time(planned: dict[str, dict[str, Any]]) -> None:
    _, jobs, replaced = planned["module.jobs.module.private.aws_s3_bucket_lifecycle_configuration.this"]["rule"]
    assert (jobs["filter"][0]["prefix"], jobs["expiration"][0]["days"]) == ("jobs/", 3)
    assert replaced["noncurrent_version_expiration"][0]["noncurrent_days"] == 1


def test_sizes_that_are_not_whole_are_said_at_plan(root: Root) -> None:
    refusal = root.refusal(
        worker={"retry_seconds": 2.5, "memory": 1769.5},
        jobs={"batch_size": 99.5, "tolerated_failure_percentage": 2.5},
    )
    assert "Every number in worker must be whole, but memory is 1769.5, retry_seconds is 2.5: round it." in refusal
    assert "Every number in jobs but tolerated_failure_percentage must be whole, but batch_size is 99.5:" in refusal


def test_what_cannot_be_is_said_at_plan(root: Root) -> None:
    refusal = root.refusal(
        jobs={"concurrency": 41, "batch_size": 0, "batch_seconds": 901, "tolerated_failure_percentage": 101},
        worker={"timeout": 46, "retry_seconds": 0, "memory": 512},
        image_buckets=["s3://holiday-photos"],
        private_hosts=["internal"],
    )
    for sentence in (
        "jobs.concurrency is 41, but Step Functions does 1 to 40 items of a list at once",
        "jobs.batch_size is 0 and jobs.batches 20, but both must be 1 to 1,000",
        "jobs.batch_seconds is 901, but must be 10 to 900 s",
        "jobs.tolerated_failure_percentage is 101, but must be 0 to 100",
        "worker.timeout is 46 s, but must be 10 to 45 s",
        "worker.retry_seconds is 0, but must be 1 to 900 s",
        "worker.memory is 512 MB, but the largest images that are let in need 1,024 MB",
        "Every entry of image_buckets must be the bare name of a bucket",
        "Every entry of private_hosts must be host:port",
    ):
        assert sentence in refusal
