"""The operators' policies suffice for the whole root, and allow no other environment."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from build import bundle
from localcloud import LocalCloud
from sluice.terraform import state_bucket
from sluice.terraform.state_location import StateLocation
from tests.support import terraform_root
from tests.support.bundle_variants import write_variant
from tests.support.journeys.deployment import Deployment
from tests.support.journeys.operators import Operator
from tests.support.terraform_root import Root

ENVIRONMENT, KEY = "operated", "sluice/operated.tfstate"
JOBS = {"concurrency": 8, "retention_days": 1, "batch_concurrency": 2, "batch_timeout": 60}


@pytest.fixture(scope="module")
def location(cloud: LocalCloud) -> StateLocation:
    bucket = state_bucket.create_local_bucket(boto3.client("s3"))
    return StateLocation(bucket, cloud.environment()["AWS_REGION"], {ENVIRONMENT: KEY})


@pytest.fixture(scope="module")
def planner(location: StateLocation) -> Operator:
    return Operator(location, ENVIRONMENT, "plan")


@pytest.fixture(scope="module")
def applier(location: StateLocation) -> Operator:
    return Operator(location, ENVIRONMENT, "apply")


@pytest.fixture(scope="module")
def root(applier: Operator, build_name: str, tmp_path_factory: pytest.TempPathFactory) -> Root:
    """The whole root, applied by a user with the apply policy alone."""
    project = terraform_root.copy_project(tmp_path_factory.mktemp("operated"))
    values = {"environment": ENVIRONMENT, "build": build_name, "jobs": JOBS}
    with applier.use_credentials():
        root = Root(project / "terraform", environment="local", state=KEY, values=values)
        root.apply()
    return root


def test_apply_policy_applies_and_plan_policy_plans(root: Root, planner: Operator) -> None:
    with planner.use_credentials():
        plan = root.plan()
    assert plan.empty, plan.text


def test_plan_policy_cannot_apply(root: Root, location: StateLocation, planner: Operator) -> None:
    s3 = boto3.client("s3")
    before = s3.head_object(Bucket=location.bucket, Key=KEY)["VersionId"]
    with (
        planner.use_credentials(),
        pytest.raises(AssertionError, match=r"PutBucketLifecycleConfiguration,[^:]*StatusCode:\s403"),
    ):
        root.apply(jobs=JOBS | {"retention_days": 2})
    assert s3.head_object(Bucket=location.bucket, Key=KEY)["VersionId"] == before


def test_apply_policy_publishes_and_releases_a_version(
    root: Root, applier: Operator, planner: Operator, tmp_path: Path
) -> None:
    deployment, folder = Deployment(root), tmp_path / "bundle"
    write_variant(folder, labels=[f"a {digit}" for digit in range(10)])
    with applier.use_credentials():
        deployment.publish(str(folder))
        deployment.release(f"digits@{bundle.digest(folder)[:12]}", share=0.5, jobs=JOBS)
    with planner.use_credentials():
        deployment.assert_plan_is_empty()
    assert root.outputs()["model"]["version"] == f"digits@{bundle.digest(folder)}"


def test_policies_deny_another_environment(location: StateLocation, planner: Operator, applier: Operator) -> None:
    account = boto3.client("sts").get_caller_identity()["Account"]
    tags = {"Application": "sluice", "Environment": "other"}
    gateway = boto3.client("apigatewayv2")
    api = gateway.create_api(Name="sluice-other-jobs", ProtocolType="HTTP", Tags=tags)["ApiId"]
    gateway.create_stage(ApiId=api, StageName="$default", Tags=tags)
    s3 = boto3.client("s3")
    s3.put_object(Bucket=location.bucket, Key="sluice/other.tfstate", Body=b"{}")
    configuration = {"LocationConstraint": s3.meta.region_name}
    s3.create_bucket(Bucket=f"sluice-other-models-{account}", CreateBucketConfiguration=configuration)
    other, own = "sluice-other-worker", f"sluice-{ENVIRONMENT}-worker"
    policy, role = json.dumps({"Version": "2012-10-17", "Statement": []}), f"arn:aws:iam::{account}:role/"
    region_and_account = f"{location.region}:{account}"
    reads: list[tuple[str, str, dict[str, Any]]] = [
        ("s3", "get_object", {"Bucket": location.bucket, "Key": "sluice/other.tfstate"}),
        ("s3", "list_objects_v2", {"Bucket": location.bucket, "Prefix": "sluice/other.tfstate"}),
        ("s3", "list_objects_v2", {"Bucket": f"sluice-other-models-{account}"}),
        ("lambda", "get_function", {"FunctionName": other}),
        ("apigatewayv2", "get_api", {"ApiId": api}),
        ("apigatewayv2", "get_stage", {"ApiId": api, "StageName": "$default"}),
        ("iam", "get_role", {"RoleName": other}),
    ]
    writes: list[tuple[str, str, dict[str, Any]]] = [
        ("s3", "put_object", {"Bucket": location.bucket, "Key": "sluice/other.tfstate"}),
        ("s3", "delete_object", {"Bucket": location.bucket, "Key": "sluice/other.tfstate.tflock"}),
        ("s3", "put_object", {"Bucket": f"sluice-other-models-{account}", "Key": "digits"}),
        ("sqs", "create_queue", {"QueueName": "sluice-other-images"}),
        ("lambda", "delete_function", {"FunctionName": other}),
        ("lambda", "update_function_configuration", {"FunctionName": own, "Role": role + other}),
        ("apigatewayv2", "delete_api", {"ApiId": api}),
        ("apigatewayv2", "update_api", {"ApiId": api, "Description": "changed"}),
        ("apigatewayv2", "delete_stage", {"ApiId": api, "StageName": "$default"}),
        ("apigatewayv2", "create_api", {"Name": "untagged", "ProtocolType": "HTTP"}),
        ("iam", "put_role_policy", {"RoleName": other, "PolicyName": "more", "PolicyDocument": policy}),
        ("logs", "delete_log_group", {"logGroupName": f"/aws/lambda/{other}"}),
        (
            "stepfunctions",
            "delete_state_machine",
            {"stateMachineArn": f"arn:aws:states:{region_and_account}:stateMachine:{other}"},
        ),
        ("cloudwatch", "delete_alarms", {"AlarmNames": [other]}),
        ("sns", "delete_topic", {"TopicArn": f"arn:aws:sns:{region_and_account}:{other}"}),
    ]
    own_but_denied: list[tuple[str, str, dict[str, Any]]] = [
        ("s3", "delete_object", {"Bucket": location.bucket, "Key": KEY}),
        ("s3", "get_object", {"Bucket": f"sluice-{ENVIRONMENT}-jobs-{account}", "Key": "jobs/anything"}),
        ("iam", "attach_role_policy", {"RoleName": own, "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
    ]
    for user in (planner, applier):
        for service, method, arguments in (*reads, *writes, *own_but_denied):
            with pytest.raises(ClientError) as error:
                getattr(user.create_client(service), method)(**arguments)
            code = error.value.response["Error"]["Code"]
            assert "AccessDenied" in code or "not authorized" in str(error.value), (user.name, method, code)


def test_apply_policy_destroys(root: Root, applier: Operator) -> None:
    with applier.use_credentials():
        root.destroy()
    names = [role["RoleName"] for role in boto3.client("iam").list_roles()["Roles"]]
    assert not [name for name in names if name.startswith(f"sluice-{ENVIRONMENT}-")]
