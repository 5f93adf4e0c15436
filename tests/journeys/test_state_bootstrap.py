"""`make bootstrap`: interrupted and finished, refused with a sentence, and never destroyed."""

import json
import shutil
import signal
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from localcloud import LocalCloud
from tests.support.journeys.team import Team, signalled, until

BUCKET, KEY, OWN = "team-state", "sluice/local.tfstate", "sluice/bootstrap.tfstate"
MAKE = "make bootstrap ENV=local"


@pytest.fixture(scope="module")
def team(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Team:
    return Team(tmp_path_factory.mktemp("team"), cloud, BUCKET, "steps")


@pytest.fixture(scope="module")
def s3(cloud: LocalCloud) -> Any:  # noqa: ARG001 - whose S3 it is
    return boto3.client("s3")


def files(team: Team) -> dict[Path, str]:
    return {file: file.read_text() for file in (team.folder / "terraform").rglob("*") if file.is_file()}


def rules(s3: Any) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    except ClientError:
        return []
    return found


@pytest.fixture(scope="module")
def made(team: Team, s3: Any) -> str:
    """What the last of three runs said, after one was killed and one was interrupted on another machine."""
    before = files(team)
    killed = team.start(MAKE)
    until(lambda: BUCKET in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}, "no bucket was made")
    assert signalled(killed, signal.SIGKILL).code == -signal.SIGKILL

    interrupted = team.start(MAKE)  # where the first one stopped
    until(lambda: rules(s3), "it did not come as far as the rules")
    said = signalled(interrupted, signal.SIGINT)
    assert said.code, said.text
    assert "`make bootstrap ENV=local` continues where this stopped." in said.text

    shutil.rmtree(team.folder / "build" / "out" / "bootstrap")  # on a machine that knows nothing of it
    finished = team.does(MAKE)
    assert files(team) == before
    return finished


def test_what_interrupted_runs_have_made_is_taken_over_and_finished(made: str, s3: Any, team: Team) -> None:
    assert f"s3://{BUCKET} keeps the state of local. Next: make apply ENV=local" in made
    state = json.loads(s3.get_object(Bucket=BUCKET, Key=OWN)["Body"].read())
    recorded = {(found["type"], found["name"]) for found in state["resources"] if found["mode"] == "managed"}
    assert {("aws_s3_bucket", "this"), ("aws_s3_bucket_lifecycle_configuration", "this")} < recorded
    assert ("terraform_data", "prevent_destroy") in recorded
    assert not (team.folder / "build" / "out" / "bootstrap" / BUCKET).exists()
    assert "0 added, 0 changed, 0 destroyed" in team.does(MAKE)


def test_the_bucket_is_private_versioned_encrypted_and_reached_over_tls(made: str, s3: Any) -> None:  # noqa: ARG001
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    (rule,) = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert all(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values())
    (statement,) = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_versions_of_locks_are_forgotten_and_those_of_states_never(made: str, s3: Any) -> None:  # noqa: ARG001
    forgetting = [rule for rule in rules(s3) if "NoncurrentVersionExpiration" in rule]
    for key in (KEY, OWN):
        assert not [rule for rule in forgetting if key.startswith(rule["Filter"]["Prefix"])]
        (rule,) = [rule for rule in forgetting if f"{key}.tflock".startswith(rule["Filter"]["Prefix"])]
        assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    assert not [rule for rule in rules(s3) if "Days" in rule.get("Expiration", {})]


def test_the_policies_are_those_that_make_policies_prints(made: str, team: Team) -> None:  # noqa: ARG001
    printed = json.loads("{" + team.does("make policies ENV=local").split("\n{", 1)[1])
    assert printed.keys() == {"sluice-local-plan", "sluice-local-operate", "sluice-local-apply"}
    iam, account = boto3.client("iam"), boto3.client("sts").get_caller_identity()["Account"]
    for name, document in printed.items():
        arn = f"arn:aws:iam::{account}:policy/{name}"
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        assert iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"] == document


def test_a_bucket_that_is_somebody_elses_is_a_sentence(team: Team, s3: Any) -> None:
    s3.create_bucket(Bucket="closed", CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    closed = {"Effect": "Deny", "Principal": "*", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::closed"}
    s3.put_bucket_policy(Bucket="closed", Policy=json.dumps({"Version": "2012-10-17", "Statement": [closed]}))
    settings = team.folder / "terraform" / "environments" / "local.s3.tfbackend"
    before = settings.read_text()
    settings.write_text(before.replace(BUCKET, "closed"))
    said = team.run(MAKE)
    settings.write_text(before)
    assert said.code == 2
    assert "The bucket closed belongs to another account or denies you access" in said.text
    assert "write a name of your own into terraform/environments/local.s3.tfbackend" in said.text


def test_without_credentials_one_is_told_to_log_in(team: Team) -> None:
    said = team.run("HOME=$PWD AWS_EC2_METADATA_DISABLED=true make bootstrap ENV=dev")
    assert said.code == 2
    assert "There are no AWS credentials: log in" in said.text
    assert "Traceback" not in said.text
