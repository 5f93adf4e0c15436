"""Plans that are saved and applied as saved, and what is said when that, or ENV, is wrong."""

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
from tests.support.journeys.team import Team, ended, signalled

BUCKET, KEY = "plans-state", "sluice/local.tfstate"
TARGETS = ("bootstrap", "policies", "init", "plan", "apply", "publish", "destroy", "terraform", "state-versions")


@pytest.fixture(scope="module")
def team(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Team:
    return Team(tmp_path_factory.mktemp("plans"), cloud, BUCKET, "steps")


@pytest.mark.parametrize("target", [*TARGETS, "state-restore"])
@pytest.mark.parametrize("given", ["", "ENV=production"])
def test_a_wrong_or_missing_environment_is_a_sentence(team: Team, target: str, given: str) -> None:
    said = team.run(f"make {target} {given}")
    assert said.code == 2
    named = given.removeprefix("ENV=")
    assert f'ENV is "{named}", but must be one of: dev local prod. For example: make {target} ENV=dev' in said.text


def test_before_there_is_a_bucket_one_is_told_how_to_make_it(team: Team) -> None:
    for command in ("plan", "apply", "destroy", "terraform"):
        said = team.run(f"make {command} ENV=local")
        assert said.code == 2
        assert "does not exist: run `make bootstrap ENV=local`" in said.text


@pytest.fixture(scope="module")
def applied(team: Team) -> Any:
    """S3, once there is a bucket and something is applied."""
    s3 = boto3.client("s3")
    state_bucket.create_local_bucket(s3, BUCKET)
    team.does("make apply ENV=local")
    return s3


def deployed(s3: Any) -> str:
    state = json.loads(s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read())
    (first,) = [found for found in state["resources"] if found["name"] == "first"]
    return str(first["instances"][0]["attributes"]["output"]["value"])


def keys(s3: Any) -> list[str]:
    return [str(found["Key"]) for found in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]


def choose(team: Team, model: str) -> None:
    (team.folder / "terraform" / "model.auto.tfvars").write_text(f'model = "{model}"\n')


def half_way(team: Team, model: str) -> "subprocess.Popen[str]":
    """The apply of a saved plan, held."""
    choose(team, model)
    team.does(f"make plan ENV=local OUT=build/out/{model}.tfplan")
    team.hold()
    apply = team.start(f"make apply ENV=local PLAN=build/out/{model}.tfplan")
    team.held()
    return apply


def test_a_plan_is_applied_as_it_was_saved(team: Team, applied: Any) -> None:
    choose(team, "second")
    team.does("make plan ENV=local OUT=build/out/local.tfplan")
    choose(team, "third")  # after the plan: not for this apply
    said = team.does("make apply ENV=local PLAN=build/out/local.tfplan")
    assert "Enter a value" not in said
    assert deployed(applied) == "local second"


def test_a_plan_that_something_overtook_is_refused(team: Team, applied: Any) -> None:
    team.does("make plan ENV=local OUT=build/out/late.tfplan")
    choose(team, "fourth")
    team.does("make apply ENV=local")
    said = team.run("make apply ENV=local PLAN=build/out/late.tfplan")
    assert said.code == 2
    assert "Error: Saved plan is stale" in said.text
    assert "build/out/late.tfplan is stale: something was applied after it was saved." in said.text
    assert deployed(applied) == "local fourth"


def test_what_is_no_plan_of_this_environment_is_refused(team: Team, applied: Any) -> None:
    team.does("make terraform ENV=local DO='plan -var environment=dev -out=dev.tfplan'")
    before = deployed(applied)
    said = team.run("make apply ENV=local PLAN=terraform/dev.tfplan")
    assert said.code == 2
    assert "terraform/dev.tfplan is a plan of dev, not of local: `make apply ENV=dev PLAN=" in said.text
    for wrong, sentence in {
        "nowhere.tfplan": "There is no plan nowhere.tfplan: save one with `make plan ENV=local OUT=nowhere.tfplan`",
        "Makefile": "Makefile is not a plan that this Terraform can read",
        "terraform/dev.tfplan MODEL=digits@0": "is applied as it was saved: give MODEL and SHARE to make plan instead",
    }.items():
        said = team.run(f"make apply ENV=local PLAN={wrong}")
        assert said.code == 2
        assert sentence in said.text
    assert deployed(applied) == before


def test_a_saved_plan_whose_apply_is_interrupted_ends_in_order(team: Team, applied: Any) -> None:
    apply = half_way(team, "interrupted")
    said = signalled(apply, signal.SIGINT)
    team.go()
    assert said.code, said.text
    assert "Interrupt received" in said.text
    assert "Error: " in said.text  # of the execution, or of the command that it waited for: Ctrl-C reaches both
    assert not [key for key in keys(applied) if key.endswith(".tflock")]
    assert deployed(applied) == "local interrupted"


def test_all_that_terraform_says_of_a_failed_apply_is_shown(team: Team, applied: Any) -> None:
    apply = half_way(team, "unsaved")
    nobody = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{BUCKET}/{KEY}"}
    applied.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [nobody]}))
    team.go()
    said = ended(apply)
    applied.delete_bucket_policy(Bucket=BUCKET)
    assert said.code == 2
    told = " ".join(said.text.replace("│", " ").split())
    assert "Error: Failed to save state" in told
    assert "AccessDenied" in told
    assert 'the state has been written to the file "errored.tfstate"' in told
    assert "will create a forked state" in told
    assert told.index("a forked state") < told.index(
        "Only terraform/errored.tfstate records the created resources: keep that file"
    )
    assert "may not read the state" not in told
    team.does("make terraform ENV=local DO='state push errored.tfstate'")
    assert deployed(applied) == "local unsaved"


def test_what_terraform_says_of_a_failed_bootstrap_is_shown(
    cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory
) -> None:
    team = Team(tmp_path_factory.mktemp("bootstrap"), cloud, "bootstrap-state", "steps")
    settings = team.folder / "terraform" / "environments" / "local.s3.tfbackend"
    settings.write_text(settings.read_text().replace(KEY, "sluice/bootstrap.tfstate"))
    said = team.run("make bootstrap ENV=local")
    assert said.code == 2
    assert "Error: Invalid value for variable" in said.text
    assert "Two environments have one key, or that of bootstrap itself" in said.text
    assert "Fix its cause and run `make bootstrap ENV=local` again: it continues where it stopped." in said.text


@pytest.fixture(scope="module")
def deployer(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Team:
    """A team whose stack deploys files, with the first build of them applied."""
    team = Team(tmp_path_factory.mktemp("files"), cloud, "files-state", "files")
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="files-state", CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    build(team, "first", "first")
    team.does("make apply ENV=local")
    return team


def content() -> bytes:
    return bytes(boto3.client("s3").get_object(Bucket="drill-local-files", Key="bundle")["Body"].read())


def build(team: Team, code: str, bundle: str) -> None:
    layer = io.BytesIO()
    with zipfile.ZipFile(layer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("python/code.py"), code)
    (team.folder / "build" / "out" / "layer.zip").write_bytes(layer.getvalue())
    (team.folder / "build" / "out" / "bundle.bin").write_text(bundle)


def test_a_plan_whose_files_were_built_again_is_refused_before_anything_is_changed(deployer: Team) -> None:
    build(deployer, "second", "second")
    deployer.does("make plan ENV=local OUT=build/out/files.tfplan")
    for code, bundle, changed in (("third", "second", "layer.zip"), ("second", "third", "bundle.bin")):
        build(deployer, code, bundle)
        said = deployer.run("make apply ENV=local PLAN=build/out/files.tfplan")
        assert said.code == 2
        assert f"build/out/{changed} was built again after the plan" in said.text
        assert "`make plan ENV=local OUT=build/out/files.tfplan`" in said.text
    assert content() == b"first"
    build(deployer, "second", "second")
    deployer.does("make apply ENV=local PLAN=build/out/files.tfplan")
    assert content() == b"second"
