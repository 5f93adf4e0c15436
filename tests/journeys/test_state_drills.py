"""The drills of docs/state.md: each problem is caused for real, and fixed with the documented commands."""

import json
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import boto3
import pytest

from localcloud import LocalCloud
from sluice.terraform import state_bucket
from tests.support.journeys.checkout import Checkout, send_signal, wait_for_exit, wait_until
from tests.support.journeys.drills import Drill, read_lock_id

BUCKET, KEY = "drills-state", "sluice/local.tfstate"


@pytest.fixture(scope="module")
def s3(cloud: LocalCloud) -> Any:  # noqa: ARG001 - provides S3
    """S3, with the state bucket of these tests, which run one after the other."""
    s3 = boto3.client("s3")
    state_bucket.create_local_bucket(s3, BUCKET)
    return s3


@pytest.fixture(scope="module")
def checkout(s3: Any, cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Checkout:  # noqa: ARG001
    checkout = Checkout(tmp_path_factory.mktemp("data_only"), cloud, BUCKET, "data_only")
    checkout.run_successfully("make apply ENV=local")
    return checkout


def read_state(s3: Any) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read())
    return state


def test_concurrent_applies_refuse_one_naming_lock_holder(checkout: Checkout, s3: Any) -> None:
    apply = "terraform -chdir=terraform apply -auto-approve -var environment=local -no-color -var model="
    variables = checkout.run_successfully(
        'settings="$(build/venv/tools/bin/python -m localcloud env)" && env -i bash -c "$settings; env"'
    )
    settings = " ".join(f"{line}" for line in variables.splitlines() if line.startswith("AWS_"))
    for pair in range(10):
        checkout.hold_applies()
        processes = {
            name: checkout.start(f"{settings} TF_DATA_DIR=$PWD/build/out/terraform/local {apply}{pair}{name}")
            for name in "ab"
        }
        loser = wait_for_first_exit(processes)  # the other one is held with the lock
        (winner,) = processes.keys() - {loser}
        checkout.wait_until_held()
        assert processes[winner].poll() is None
        refused = wait_for_exit(processes[loser])
        read_lock_id(refused)
        assert re.search(r"Operation: +OperationTypeApply", refused.text)
        assert re.search(r"Who: +\S+@\S+", refused.text)
        checkout.release_applies()
        assert "Apply complete!" in wait_for_exit(processes[winner]).text
        value = read_state(s3)["resources"][0]["instances"][0]["attributes"]["output"]["value"]
        assert value == f"local {pair}{winner}"


def wait_for_first_exit(processes: dict[str, "subprocess.Popen[str]"]) -> str:
    """Return the name of the first process that exits."""

    def find_exited() -> list[str]:
        return [name for name, process in processes.items() if process.poll() is not None]

    wait_until(lambda: bool(find_exited()), "neither apply was refused")
    (name,) = find_exited()
    return name


def test_apply_with_lock_timeout_waits_for_the_lock(checkout: Checkout) -> None:
    checkout.hold_applies()
    first = checkout.start("make terraform ENV=local DO='apply -auto-approve -var environment=local -var model=one'")
    checkout.wait_until_held()
    second = checkout.start("make apply ENV=local LOCK_TIMEOUT=60s")
    wait_until(
        lambda: (checkout.folder / "build" / "out").exists() and second.poll() is None, "the second did not wait"
    )
    checkout.release_applies()
    for process in (first, second):
        result = wait_for_exit(process)
        assert result.code == 0, result.text
        assert "Apply complete!" in result.text


def test_interrupted_apply_drill_continues_the_apply(checkout: Checkout, s3: Any) -> None:
    drill = Drill("Interrupted apply", checkout)
    checkout.hold_applies()
    apply = checkout.start("make terraform ENV=local DO='apply -auto-approve -var environment=local -var model=cut'")
    checkout.wait_until_held()
    result = send_signal(apply, signal.SIGINT)
    assert result.code, result.text
    assert "Interrupt received" in result.text
    assert not [entry for entry in s3.list_objects_v2(Bucket=BUCKET)["Contents"] if entry["Key"].endswith(".tflock")]
    checkout.release_applies()
    assert "Apply complete!" in drill.run_next().text
    drill.finish_with_empty_plan()


@pytest.fixture(scope="module")
def log_group_checkout(s3: Any, cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Checkout:  # noqa: ARG001
    checkout = Checkout(tmp_path_factory.mktemp("log_groups"), cloud, BUCKET, "log_groups")
    settings = checkout.folder / "terraform" / "environments" / "local.s3.tfbackend"
    settings.write_text(settings.read_text().replace(KEY, "sluice/log_groups.tfstate"))
    return checkout


ADDRESS = """aws_cloudwatch_log_group.first["GET /it's/{id} $default"]"""


def list_log_groups() -> set[str]:
    groups = boto3.client("logs").describe_log_groups(logGroupNamePrefix="/aws/drill/")["logGroups"]
    return {group["logGroupName"] for group in groups}


def test_stale_lock_drill_loses_no_resource(log_group_checkout: Checkout) -> None:
    drill = Drill("Stale lock", log_group_checkout)
    log_group_checkout.hold_applies()
    apply = log_group_checkout.start("make apply ENV=local")
    log_group_checkout.wait_until_held()
    assert send_signal(apply, signal.SIGKILL).code == -signal.SIGKILL
    log_group_checkout.release_applies()
    assert list_log_groups() == {"/aws/drill/sluice-local-first"}  # created, but in no state
    lock = read_lock_id(drill.run_next())
    assert "successfully unlocked" in drill.run_next(ID=lock).text
    exists = drill.run_next()
    assert exists.code
    (address,) = re.findall(r"with (.+),\n", exists.text)
    assert address == ADDRESS
    (name,) = re.findall(r"Log Group \((\S+)\)", exists.text)
    imported = drill.run_next(address=escape_quotes(address), id=escape_quotes(name))
    assert imported.code == 0, imported.text
    shown = log_group_checkout.run_successfully(
        f"make terraform ENV=local DO='state show' ADDRESS='{escape_quotes(address)}'"
    )
    assert "/aws/drill/sluice-local-first" in shown
    assert "Apply complete!" in drill.run_next().text
    drill.finish_with_empty_plan()
    assert list_log_groups() == {"/aws/drill/sluice-local-first", "/aws/drill/sluice-local-last"}
    recorded = log_group_checkout.run_successfully("make terraform ENV=local DO='state list'").splitlines()
    assert {name for name in recorded if "log_group" in name} == {ADDRESS, "aws_cloudwatch_log_group.last"}


def escape_quotes(text: str) -> str:
    """Escape single quotes for a shell argument in single quotes."""
    return text.replace("'", "'\\''")


def test_lost_backend_drill_pushes_the_saved_state(checkout: Checkout, s3: Any) -> None:
    drill = Drill("Lost backend", checkout)
    checkout.hold_applies()
    apply = checkout.start("make terraform ENV=local DO='apply -auto-approve -var environment=local -var model=lost'")
    checkout.wait_until_held()
    denied = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:PutObject", "s3:DeleteObject"],
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
    }
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denied]}))
    checkout.release_applies()
    assert wait_for_exit(apply).code
    saved = checkout.folder / "terraform" / "errored.tfstate"
    created = json.loads(saved.read_text())["resources"]
    assert created != read_state(s3)["resources"]
    s3.delete_bucket_policy(Bucket=BUCKET)
    lock = read_lock_id(drill.run_next())
    assert drill.run_next(ID=lock).code == 0
    assert drill.run_next().code == 0
    assert read_state(s3)["resources"] == created
    for _ in range(2):
        result = drill.run_next()
        assert result.code == 0, result.text
    drill.finish_with_empty_plan()
    assert not saved.exists()


@pytest.mark.parametrize("damage", ["resources removed", "not a state", "another state"])
def test_wrong_state_drill_restores_an_older_version(checkout: Checkout, s3: Any, damage: str, tmp_path: Path) -> None:
    drill = Drill("Wrong state", checkout)
    good = read_state(s3)
    if damage == "resources removed":
        checkout.run_successfully("make terraform ENV=local DO='state rm terraform_data.middle terraform_data.last'")
    elif damage == "not a state":
        s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"<html>504 Gateway Time-out</html>")
    else:
        (tmp_path / "other.tfstate").write_text(json.dumps(good | {"lineage": "other", "serial": 1, "resources": []}))
        refused = checkout.run(f"make terraform ENV=local DO='state push {tmp_path}/other.tfstate'")
        assert "over unrelated state with lineage" in refused.text
        checkout.run_successfully(f"make terraform ENV=local DO='state push -force {tmp_path}/other.tfstate'")
    listed = drill.run_next().text.splitlines()
    rows = [line.split() for line in listed if re.search(r"\d\d:\d\d:\d\d", line)]
    assert rows[0][-1] == "(current)"
    (version,) = [row[0] for row in rows if row[3:5] == [str(good["serial"]), str(len(good["resources"]))]]
    before = len(rows)
    result = drill.run_next(version=version[:20])
    assert result.code == 0, result.text
    drill.finish_with_empty_plan()
    restored = read_state(s3)
    assert restored["lineage"] == good["lineage"]
    assert restored["serial"] > good["serial"]
    assert len(s3.list_object_versions(Bucket=BUCKET, Prefix=KEY)["Versions"]) > before  # no version was deleted


def test_state_versions_lists_20_or_all_to_restore(checkout: Checkout, s3: Any) -> None:
    good = read_state(s3)
    first = s3.list_object_versions(Bucket=BUCKET, Prefix=KEY, MaxKeys=1)["Versions"][0]["VersionId"]
    for serial in range(good["serial"] + 1, good["serial"] + 26):
        s3.put_object(Bucket=BUCKET, Key=KEY, Body=json.dumps(good | {"serial": serial, "resources": []}))
    total = len([version for version in s3.list_object_versions(Bucket=BUCKET)["Versions"] if version["Key"] == KEY])
    listed = checkout.run_successfully("make state-versions ENV=local")
    assert len(re.findall(r"\d\d:\d\d:\d\d", listed)) == 20
    assert f"{total - 20} older versions: make state-versions ENV=local ALL=1" in listed
    assert first not in listed
    complete = checkout.run_successfully("make state-versions ENV=local ALL=1")
    assert len(re.findall(r"\d\d:\d\d:\d\d", complete)) == total
    assert first in complete
    assert "older" not in complete
    checkout.run_successfully(f"make state-restore ENV=local VERSION={first}")
    assert read_state(s3)["resources"] == good["resources"]
    assert read_state(s3)["serial"] == good["serial"] + 26


def test_state_restore_explains_unknown_versions_and_locks(checkout: Checkout) -> None:
    result = checkout.run("make state-restore ENV=local VERSION=nothing")
    assert result.code == 2
    assert (
        f"The state s3://{BUCKET}/{KEY} has no version nothing: `make state-versions ALL=1` lists them" in result.text
    )
    checkout.hold_applies()
    apply = checkout.start("make terraform ENV=local DO='apply -auto-approve -var environment=local -var model=held'")
    checkout.wait_until_held()
    result = checkout.run("make state-restore ENV=local VERSION=any")
    checkout.release_applies()
    assert wait_for_exit(apply).code == 0
    assert result.code == 2
    assert re.search(
        r"\S+@\S+ has locked the state since \S+ for OperationTypeApply \(lock [0-9a-f-]{36}\): wait", result.text
    )
