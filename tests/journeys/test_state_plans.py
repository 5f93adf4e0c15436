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
from tests.support.journeys.checkout import Checkout, send_signal, wait_for_exit

BUCKET, KEY = "plans-state", "sluice/local.tfstate"
TARGETS = ("bootstrap", "policies", "init", "plan", "apply", "publish", "destroy", "terraform", "state-versions")


@pytest.fixture(scope="module")
def checkout(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return Checkout(tmp_path_factory.mktemp("plans"), cloud, BUCKET, "data_only")


@pytest.mark.parametrize("target", [*TARGETS, "state-restore"])
@pytest.mark.parametrize("argument", ["", "ENV=production"])
def test_make_with_invalid_env_lists_environments(checkout: Checkout, target: str, argument: str) -> None:
    result = checkout.run(f"make {target} {argument}")
    assert result.code == 2
    name = argument.removeprefix("ENV=")
    assert f'ENV is "{name}", but must be one of: dev local prod. For example: make {target} ENV=dev' in result.text


def test_make_without_state_bucket_says_to_bootstrap(checkout: Checkout) -> None:
    for command in ("plan", "apply", "destroy", "terraform"):
        result = checkout.run(f"make {command} ENV=local")
        assert result.code == 2
        assert "does not exist: run `make bootstrap ENV=local`" in result.text


@pytest.fixture(scope="module")
def s3(checkout: Checkout) -> Any:
    """S3, with a state bucket, after an apply."""
    s3 = boto3.client("s3")
    state_bucket.create_local_bucket(s3, BUCKET)
    checkout.run_successfully("make apply ENV=local")
    return s3


def read_deployed_value(s3: Any) -> str:
    state = json.loads(s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read())
    (first,) = [resource for resource in state["resources"] if resource["name"] == "first"]
    return str(first["instances"][0]["attributes"]["output"]["value"])


def list_keys(s3: Any) -> list[str]:
    return [str(entry["Key"]) for entry in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]


def set_model(checkout: Checkout, model: str) -> None:
    (checkout.folder / "terraform" / "model.auto.tfvars").write_text(f'model = "{model}"\n')


def start_held_apply(checkout: Checkout, model: str) -> "subprocess.Popen[str]":
    """Start the apply of a saved plan, and hold it half-way."""
    set_model(checkout, model)
    checkout.run_successfully(f"make plan ENV=local OUT=build/out/{model}.tfplan")
    checkout.hold_applies()
    apply = checkout.start(f"make apply ENV=local PLAN=build/out/{model}.tfplan")
    checkout.wait_until_held()
    return apply


def test_apply_of_saved_plan_ignores_later_settings(checkout: Checkout, s3: Any) -> None:
    set_model(checkout, "second")
    checkout.run_successfully("make plan ENV=local OUT=build/out/local.tfplan")
    set_model(checkout, "third")  # after the plan, so this apply ignores it
    result = checkout.run_successfully("make apply ENV=local PLAN=build/out/local.tfplan")
    assert "Enter a value" not in result
    assert read_deployed_value(s3) == "local second"


def test_apply_of_stale_plan_is_refused(checkout: Checkout, s3: Any) -> None:
    checkout.run_successfully("make plan ENV=local OUT=build/out/late.tfplan")
    set_model(checkout, "fourth")
    checkout.run_successfully("make apply ENV=local")
    result = checkout.run("make apply ENV=local PLAN=build/out/late.tfplan")
    assert result.code == 2
    assert "Error: Saved plan is stale" in result.text
    assert "build/out/late.tfplan is stale: something was applied after it was saved." in result.text
    assert read_deployed_value(s3) == "local fourth"


def test_apply_of_unsuitable_plan_file_is_refused(checkout: Checkout, s3: Any) -> None:
    checkout.run_successfully("make terraform ENV=local DO='plan -var environment=dev -out=dev.tfplan'")
    before = read_deployed_value(s3)
    result = checkout.run("make apply ENV=local PLAN=terraform/dev.tfplan")
    assert result.code == 2
    assert "terraform/dev.tfplan is a plan of dev, not of local: `make apply ENV=dev PLAN=" in result.text
    for arguments, message in {
        "nowhere.tfplan": "There is no plan nowhere.tfplan: save one with `make plan ENV=local OUT=nowhere.tfplan`",
        "Makefile": "Makefile is not a plan that this Terraform can read",
        "terraform/dev.tfplan MODEL=digits@0": "is applied as it was saved: give MODEL and SHARE to make plan instead",
    }.items():
        result = checkout.run(f"make apply ENV=local PLAN={arguments}")
        assert result.code == 2
        assert message in result.text
    assert read_deployed_value(s3) == before


def test_interrupted_apply_of_saved_plan_saves_state(checkout: Checkout, s3: Any) -> None:
    apply = start_held_apply(checkout, "interrupted")
    result = send_signal(apply, signal.SIGINT)
    checkout.release_applies()
    assert result.code, result.text
    assert "Interrupt received" in result.text
    assert "Error: " in result.text  # of the execution, or of the interrupted provisioner
    assert not [key for key in list_keys(s3) if key.endswith(".tflock")]
    assert read_deployed_value(s3) == "local interrupted"


def test_failed_apply_shows_all_errors_of_terraform(checkout: Checkout, s3: Any) -> None:
    apply = start_held_apply(checkout, "unsaved")
    denied = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{BUCKET}/{KEY}"}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denied]}))
    checkout.release_applies()
    result = wait_for_exit(apply)
    s3.delete_bucket_policy(Bucket=BUCKET)
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
    checkout.run_successfully("make terraform ENV=local DO='state push errored.tfstate'")
    assert read_deployed_value(s3) == "local unsaved"


def test_failed_bootstrap_shows_all_errors_of_terraform(
    cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory
) -> None:
    checkout = Checkout(tmp_path_factory.mktemp("bootstrap"), cloud, "bootstrap-state", "data_only")
    settings = checkout.folder / "terraform" / "environments" / "local.s3.tfbackend"
    settings.write_text(settings.read_text().replace(KEY, "sluice/bootstrap.tfstate"))
    result = checkout.run("make bootstrap ENV=local")
    assert result.code == 2
    assert "Error: Invalid value for variable" in result.text
    assert "Two environments have the same key, or one has that of the bootstrap state" in result.text
    assert "Fix its cause and run `make bootstrap ENV=local` again: it continues where it stopped." in result.text


@pytest.fixture(scope="module")
def files_checkout(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout whose stack deploys built files, after an apply of the first ones."""
    checkout = Checkout(tmp_path_factory.mktemp("files"), cloud, "files-state", "built_files")
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="files-state", CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    write_built_files(checkout, "first", "first")
    checkout.run_successfully("make apply ENV=local")
    return checkout


def read_deployed_file() -> bytes:
    return bytes(boto3.client("s3").get_object(Bucket="drill-local-files", Key="bundle")["Body"].read())


def write_built_files(checkout: Checkout, code: str, bundle: str) -> None:
    layer = io.BytesIO()
    with zipfile.ZipFile(layer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("python/code.py"), code)
    (checkout.folder / "build" / "out" / "layer.zip").write_bytes(layer.getvalue())
    (checkout.folder / "build" / "out" / "bundle.bin").write_text(bundle)


def test_apply_of_plan_with_rebuilt_files_is_refused(files_checkout: Checkout) -> None:
    write_built_files(files_checkout, "second", "second")
    files_checkout.run_successfully("make plan ENV=local OUT=build/out/files.tfplan")
    for code, bundle, changed in (("third", "second", "layer.zip"), ("second", "third", "bundle.bin")):
        write_built_files(files_checkout, code, bundle)
        result = files_checkout.run("make apply ENV=local PLAN=build/out/files.tfplan")
        assert result.code == 2
        assert f"build/out/{changed} was built again after the plan" in result.text
        assert "`make plan ENV=local OUT=build/out/files.tfplan`" in result.text
    assert read_deployed_file() == b"first"
    write_built_files(files_checkout, "second", "second")
    files_checkout.run_successfully("make apply ENV=local PLAN=build/out/files.tfplan")
    assert read_deployed_file() == b"second"
