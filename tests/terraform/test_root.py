"""The root: access to the API, expiration of jobs, and invalid sizes, which fail the plan."""

from typing import Any

import boto3
import pytest

from localcloud import LocalCloud
from sluice.terraform import state_bucket
from tests.support import terraform_root
from tests.support.terraform_root import Root

API_TIMEOUT_SECONDS = 30
LIFECYCLE = "aws_s3_bucket_lifecycle_configuration.this"


@pytest.fixture(scope="module")
def root(cloud: LocalCloud, build_name: str, tmp_path_factory: pytest.TempPathFactory) -> Root:  # noqa: ARG001
    """The root in its own copy of the project, because the journeys apply theirs."""
    state_bucket.create_local_bucket(boto3.client("s3"))
    project = terraform_root.copy_project(tmp_path_factory.mktemp("root"))
    return Root(project / "terraform", environment="local", values={"build": build_name})


@pytest.fixture(scope="module")
def planned(root: Root) -> dict[str, dict[str, Any]]:
    # another environment than local, whose state is that of the journeys
    return root.plan(environment="other", jobs={"retention_days": 3}).resources


def test_api_has_two_routes_for_signed_requests(planned: dict[str, dict[str, Any]]) -> None:
    routes = [values for address, values in planned.items() if "aws_apigatewayv2_route" in address]
    assert {(route["route_key"], route["authorization_type"]) for route in routes} == {
        ("POST /jobs", "AWS_IAM"),
        ("GET /jobs/{id}", "AWS_IAM"),
    }


def test_api_functions_time_out_before_the_api(planned: dict[str, dict[str, Any]]) -> None:
    for name in ("start", "status"):
        assert planned[f"module.{name}.aws_lambda_function.this"]["timeout"] < API_TIMEOUT_SECONDS


@pytest.mark.parametrize("name", ["jobs", "models"])
def test_bucket_name_ends_with_the_account(planned: dict[str, dict[str, Any]], name: str) -> None:
    module = {"jobs": "jobs", "models": "model_bucket"}[name]
    prefix, _, account = planned[f"module.{module}.aws_s3_bucket.this"]["bucket"].rpartition("-")
    assert prefix == f"sluice-other-{name}"
    assert len(account) == 12
    assert account.isdigit()


def test_jobs_expire_and_are_deleted_a_day_later(planned: dict[str, dict[str, Any]]) -> None:
    _, jobs, replaced = planned[f"module.jobs.{LIFECYCLE}"]["rule"]
    assert jobs["filter"][0]["prefix"] == "jobs/"
    assert jobs["expiration"][0]["days"] == 3
    assert replaced["noncurrent_version_expiration"][0]["noncurrent_days"] == 1


def test_models_never_expire(planned: dict[str, dict[str, Any]]) -> None:
    assert planned.keys() >= {f"module.model_bucket.aws_s3_bucket_{part}.this" for part in ("versioning", "policy")}
    _, replaced = planned[f"module.model_bucket.{LIFECYCLE}"]["rule"]
    assert replaced["noncurrent_version_expiration"][0]["noncurrent_days"] == 90
    assert replaced["expiration"] == []


def test_model_bucket_is_not_destroyed_by_default(root: Root) -> None:
    bucket = root.plan(environment="other", force_destroy=False).resources["module.model_bucket.aws_s3_bucket.this"]
    assert bucket["force_destroy"] is False


def test_fractional_sizes_fail_the_plan(root: Root) -> None:
    error = root.plan_error(
        worker={"retry_seconds": 2.5, "memory": 1769.5},
        jobs={"batch_size": 99.5, "tolerated_failure_percentage": 2.5},
    )
    assert "Every number in worker must be whole, but memory is 1769.5, retry_seconds is 2.5: round it." in error
    assert "Every number in jobs except tolerated_failure_percentage must be whole, but batch_size is 99.5:" in error


def test_invalid_root_variables_fail_the_plan(root: Root) -> None:
    error = root.plan_error(
        jobs={"concurrency": 41, "batch_size": 0, "batch_timeout": 901, "tolerated_failure_percentage": 101},
        worker={"timeout": 46, "retry_seconds": 0, "memory": 512},
        image_buckets=["s3://holiday-photos"],
        private_hosts=["internal"],
    )
    for message in (
        "jobs.concurrency is 41, but must be 1 to 40, the limit of Step Functions for an inline map",
        "jobs.batch_size is 0 and jobs.batch_concurrency 20, but both must be 1 to 1,000",
        "jobs.batch_timeout is 901 s, but must be 10 to 900 s",
        "jobs.tolerated_failure_percentage is 101, but must be 0 to 100",
        "worker.timeout is 46 s, but must be 10 to 45 s",
        "worker.retry_seconds is 0, but must be 1 to 900 s",
        "worker.memory is 512 MB, but must be at least 1,024 MB: the largest accepted images need it",
        "Every entry of image_buckets must be only the name of a bucket",
        "Every entry of private_hosts must be host:port",
    ):
        assert message in error
