"""`make bootstrap`: interrupted and completed, and its error messages."""

import json
import shutil
import signal
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from localcloud import LocalCloud
from tests.support.journeys.checkout import Checkout, send_signal, wait_until

BUCKET, KEY, BOOTSTRAP_KEY = "team-state", "sluice/local.tfstate", "sluice/bootstrap.tfstate"
BOOTSTRAP = "make bootstrap ENV=local"


@pytest.fixture(scope="module")
def checkout(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return Checkout(tmp_path_factory.mktemp("checkout"), cloud, BUCKET, "data_only")


@pytest.fixture(scope="module")
def s3(cloud: LocalCloud) -> Any:  # noqa: ARG001 - provides S3
    return boto3.client("s3")


def read_files(checkout: Checkout) -> dict[Path, str]:
    return {file: file.read_text() for file in (checkout.folder / "terraform").rglob("*") if file.is_file()}


def get_lifecycle_rules(s3: Any) -> list[dict[str, Any]]:
    try:
        rules: list[dict[str, Any]] = s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    except ClientError:
        return []
    return rules


@pytest.fixture(scope="module")
def output(checkout: Checkout, s3: Any) -> str:
    """The output of the third run. The first was killed, the second was interrupted on another machine."""
    before = read_files(checkout)
    killed = checkout.start(BOOTSTRAP)
    wait_until(lambda: BUCKET in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}, "no bucket was created")
    assert send_signal(killed, signal.SIGKILL).code == -signal.SIGKILL

    interrupted = checkout.start(BOOTSTRAP)  # continues where the first one stopped
    wait_until(lambda: bool(get_lifecycle_rules(s3)), "the bucket got no lifecycle rules")
    result = send_signal(interrupted, signal.SIGINT)
    assert result.code, result.text
    assert "`make bootstrap ENV=local` continues where this stopped." in result.text

    shutil.rmtree(checkout.folder / "build" / "out" / "bootstrap")  # as on another machine
    finished = checkout.run_successfully(BOOTSTRAP)
    assert read_files(checkout) == before
    return finished


def test_bootstrap_completes_interrupted_runs(output: str, s3: Any, checkout: Checkout) -> None:
    assert f"s3://{BUCKET} keeps the state of local. Next: make apply ENV=local" in output
    state = json.loads(s3.get_object(Bucket=BUCKET, Key=BOOTSTRAP_KEY)["Body"].read())
    resources = {(entry["type"], entry["name"]) for entry in state["resources"] if entry["mode"] == "managed"}
    assert {("aws_s3_bucket", "this"), ("aws_s3_bucket_lifecycle_configuration", "this")} < resources
    assert ("terraform_data", "prevent_destroy") in resources
    assert not (checkout.folder / "build" / "out" / "bootstrap" / BUCKET).exists()
    assert "0 added, 0 changed, 0 destroyed" in checkout.run_successfully(BOOTSTRAP)


def test_bootstrap_bucket_is_private_versioned_encrypted_and_tls_only(output: str, s3: Any) -> None:  # noqa: ARG001
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    (rule,) = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert all(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values())
    (statement,) = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_bootstrap_rules_expire_locks_but_not_states(output: str, s3: Any) -> None:  # noqa: ARG001
    expiring = [rule for rule in get_lifecycle_rules(s3) if "NoncurrentVersionExpiration" in rule]
    for key in (KEY, BOOTSTRAP_KEY):
        assert not [rule for rule in expiring if key.startswith(rule["Filter"]["Prefix"])]
        (rule,) = [rule for rule in expiring if f"{key}.tflock".startswith(rule["Filter"]["Prefix"])]
        assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    assert not [rule for rule in get_lifecycle_rules(s3) if "Days" in rule.get("Expiration", {})]


def test_bootstrap_creates_the_printed_policies(output: str, checkout: Checkout) -> None:  # noqa: ARG001
    printed = json.loads("{" + checkout.run_successfully("make policies ENV=local").split("\n{", 1)[1])
    assert printed.keys() == {"sluice-local-plan", "sluice-local-operate", "sluice-local-apply"}
    iam, account = boto3.client("iam"), boto3.client("sts").get_caller_identity()["Account"]
    for name, document in printed.items():
        arn = f"arn:aws:iam::{account}:policy/{name}"
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        assert iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"] == document


def test_bootstrap_with_another_accounts_bucket_explains_the_fix(checkout: Checkout, s3: Any) -> None:
    s3.create_bucket(Bucket="closed", CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    denied = {"Effect": "Deny", "Principal": "*", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::closed"}
    s3.put_bucket_policy(Bucket="closed", Policy=json.dumps({"Version": "2012-10-17", "Statement": [denied]}))
    settings = checkout.folder / "terraform" / "environments" / "local.s3.tfbackend"
    before = settings.read_text()
    settings.write_text(before.replace(BUCKET, "closed"))
    result = checkout.run(BOOTSTRAP)
    settings.write_text(before)
    assert result.code == 2
    assert "The bucket closed belongs to another account or denies you access" in result.text
    assert "write a name of your own into terraform/environments/local.s3.tfbackend" in result.text


def test_bootstrap_without_credentials_says_to_log_in(checkout: Checkout) -> None:
    result = checkout.run("HOME=$PWD AWS_EC2_METADATA_DISABLED=true make bootstrap ENV=dev")
    assert result.code == 2
    assert "There are no AWS credentials: log in" in result.text
    assert "Traceback" not in result.text
