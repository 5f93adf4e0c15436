"""Saved plans, and the error messages about plans and ENV."""

import io
import json
import signal
import subprocess
import zipfile
from typing import Any

import boto3
import pytest

from localcloud import LocalCloud
from sluice.terraform import state_bucket
from tests.support.journeys.team import Team, send_signal, wait_for_exit

BUCKET, KEY = "plans-state", "sluice/local.tfstate"
TARGETS = ("bootstrap", "policies", "init", "plan", "apply", "publish", "destroy", "terraform", "state-versions")


@pytest.fixture(scope="module")
def team(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Team:
    return Team(tmp_path_factory.mktemp("plans"), cloud, BUCKET, "steps")


@pytest.mark.parametrize("target", [*TARGETS, "state-restore"])
@pytest.mark.parametrize("given", ["", "ENV=production"])
def test_target_with_a_wrong_environment_lists_the_environments(team: Team, target: str, given: str) -> None:
    result = team.run(f"make {target} {given}")
    assert result.code == 2
    named = given.removeprefix("ENV=")
    assert f'ENV is "{named}", but must be one of: dev local prod. For example: make {target} ENV=dev' in result.text


def test_target_without_a_state_bucket_says_to_bootstrap(team: Team) -> None:
    for command in ("plan", "apply", "destroy", "terraform"):
        result = team.run(f"make {command} ENV=local")
        assert result.code == 2
        assert "does not exist: run `make bootstrap ENV=local`" in result.text


@pytest.fixture(scope="module")
def applied(team: Team) -> Any:
    """S3, with a state bucket, after an apply."""
    s3 = boto3.client("s3")
    state_bucket.create_local_bucket(s3, BUCKET)
    team.succeed("make apply ENV=local")
    return s3


def deployed(s3: Any) -> str:
    state = json.loads(s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read())
    (first,) = [found for found in state["resources"] if found["name"] == "first"]
    return str(first["instances"][0]["attributes"]["output"]["value"])


def keys(s3: Any) -> list[str]:
    return [str(found["Key"]) for found in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]


def set_model(team: Team, model: str) -> None:
    (team.folder / "terraform" / "model.auto.tfvars").write_text(f'model = "{model}"\n')


def start_held_apply(team: Team, model: str) -> "subprocess.Popen[str]":
    """Start the apply of a saved plan, and hold it half-way."""
    set_model(team, model)
    team.succeed(f"make plan ENV=local OUT=build/out/{model}.tfplan")
    team.hold_applies()
    apply = team.start(f"make apply ENV=local PLAN=build/out/{model}.tfplan")
    team.wait_until_held()
    return apply


def test_apply_of_a_saved_plan_ignores_later_settings(team: Team, applied: Any) -> None:
    set_model(team, "second")
    team.succeed("make plan ENV=local OUT=build/out/local.tfplan")
    set_model(team, "third")  # after the plan, so this apply ignores it
    result = team.succeed("make apply ENV=local PLAN=build/out/local.tfplan")
    assert "Enter a value" not in result
    assert deployed(applied) == "local second"


def test_apply_of_a_stale_plan_is_refused(team: Team, applied: Any) -> None:
    team.succeed("make plan ENV=local OUT=build/out/late.tfplan")
    set_model(team, "fourth")
    team.succeed("make apply ENV=local")
    result = team.run("make apply ENV=local PLAN=build/out/late.tfplan")
    assert result.code == 2
    assert "Error: Saved plan is stale" in result.text
    assert "build/out/late.tfplan is stale: something was applied after it was saved." in result.text
    assert deployed(applied) == "local fourth"


def test_apply_of_an_unsuitable_file_is_refused(team: Team, applied: Any) -> None:
    team.succeed("make terraform ENV=local DO='plan -var environment=dev -out=dev.tfplan'")
    before = deployed(applied)
    result = team.run("make apply ENV=local PLAN=terraform/dev.tfplan")
    assert result.code == 2
    assert "terraform/dev.tfplan is a plan of dev, not of local: `make apply ENV=dev PLAN=" in result.text
    for arguments, message in {
        "nowhere.tfplan": "There is no plan nowhere.tfplan: save one with `make plan ENV=local OUT=nowhere.tfplan`",
        "Makefile": "Makefile is not a plan that this Terraform can read",
        "terraform/dev.tfplan MODEL=digits@0": "is applied as it was saved: give MODEL and SHARE to make plan instead",
    }.items():
        result = team.run(f"make apply ENV=local PLAN={arguments}")
        assert result.code == 2
        assert message in result.text
    assert deployed(applied) == before


def test_interrupted_apply_of_a_saved_plan_saves_the_state(team: Team, applied: Any) -> None:
    apply = start_held_apply(team, "interrupted")
    result = send_signal(apply, signal.SIGINT)
    team.release_applies()
    assert result.code, result.text
    assert "Interrupt received" in result.text
    assert "Error: " in result.text  # of the execution, or of the interrupted provisioner
    assert not [key for key in keys(applied) if key.endswith(".tflock")]
    assert deployed(applied) == "local interrupted"


def test_failed_apply_shows_all_errors_of_terraform(team: Team, applied: Any) -> None:
    apply = start_held_apply(team, "unsaved")
    denied = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{BUCKET}/{KEY}"}
    applied.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denied]}))
    team.release_applies()
    result = wait_for_exit(apply)
    applied.delete_bucket_policy(Bucket=BUCKET)
    assert result.code == 2
    text = " ".join(result.text.replace("│", " ").split())
    assert "Error: Failed to save state" in text
    assert "AccessDenied" in text
    assert 'the state has been written to the file "errored.tfstate"' in text
    assert "will create a forked state" in text
    assert text.index("a forked state") < text.index(
        "Only terraform/errored.tfstate records the created resources: keep that file"
    )
    assert "may not read the state" not in text
    team.succeed("make terraform ENV=local DO='state push errored.tfstate'")
    assert deployed(applied) == "local unsaved"


def test_failed_bootstrap_shows_all_errors_of_terraform(
    cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory
) -> None:
    team = Team(tmp_path_factory.mktemp("bootstrap"), cloud, "bootstrap-state", "steps")
    settings = team.folder / "terraform" / "environments" / "local.s3.tfbackend"
    settings.write_text(settings.read_text().replace(KEY, "sluice/bootstrap.tfstate"))
    result = team.run("make bootstrap ENV=local")
    assert result.code == 2
    assert "Error: Invalid value for variable" in result.text
    assert "Two environments have the same key, or one has that of the bootstrap state" in result.text
    assert "Fix its cause and run `make bootstrap ENV=local` again: it continues where it stopped." in result.text


@pytest.fixture(scope="module")
def deployer(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Team:
    """A team whose stack deploys files, after an apply of their first build."""
    team = Team(tmp_path_factory.mktemp("files"), cloud, "files-state", "files")
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="files-state", CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    build(team, "first", "first")
    team.succeed("make apply ENV=local")
    return team


def content() -> bytes:
    return bytes(boto3.client("s3").get_object(Bucket="drill-local-files", Key="bundle")["Body"].read())


def build(team: Team, code: str, bundle: str) -> None:
    layer = io.BytesIO()
    with zipfile.ZipFile(layer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("python/code.py"), code)
    (team.folder / "build" / "out" / "layer.zip").write_bytes(layer.getvalue())
    (team.folder / "build" / "out" / "bundle.bin").write_text(bundle)


def test_apply_of_a_plan_with_rebuilt_files_changes_nothing(deployer: Team) -> None:
    build(deployer, "second", "second")
    deployer.succeed("make plan ENV=local OUT=build/out/files.tfplan")
    for code, bundle, changed in (("third", "second", "layer.zip"), ("second", "third", "bundle.bin")):
        build(deployer, code, bundle)
        result = deployer.run("make apply ENV=local PLAN=build/out/files.tfplan")
        assert result.code == 2
        assert f"build/out/{changed} was built again after the plan" in result.text
        assert "`make plan ENV=local OUT=build/out/files.tfplan`" in result.text
    assert content() == b"first"
    build(deployer, "second", "second")
    deployer.succeed("make apply ENV=local PLAN=build/out/files.tfplan")
    assert content() == b"second"
