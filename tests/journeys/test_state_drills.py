"""The drills of docs/state.md: each problem is caused for real, and fixed with the documented commands."""

import json
import re
import signal
from pathlib import Path
from typing import Any

import boto3
import pytest

from localcloud import LocalCloud
from sluice.terraform import state_bucket
from tests.support.journeys.drills import Drill, read_lock_id
from tests.support.journeys.team import Team, send_signal, wait_for_exit, wait_until

BUCKET, KEY = "drills-state", "sluice/local.tfstate"


@pytest.fixture(scope="module")
def s3(cloud: LocalCloud) -> Any:  # noqa: ARG001 - provides S3
    """S3, with a bucket for the states of these tests, one after the other."""
    s3 = boto3.client("s3")
    state_bucket.create_local_bucket(s3, BUCKET)
    return s3


@pytest.fixture(scope="module")
def steps(s3: Any, cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Team:  # noqa: ARG001
    team = Team(tmp_path_factory.mktemp("steps"), cloud, BUCKET, "steps")
    team.succeed("make apply ENV=local")
    return team


def state(s3: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read())
    return found


def test_concurrent_applies_let_one_win_and_name_the_lock_holder(steps: Team, s3: Any) -> None:
    apply = "terraform -chdir=terraform apply -auto-approve -var environment=local -no-color -var model="
    variables = steps.succeed(
        'settings="$(build/venv/tools/bin/python -m localcloud env)" && env -i bash -c "$settings; env"'
    )
    settings = " ".join(f"{line}" for line in variables.splitlines() if line.startswith("AWS_"))
    for pair in range(10):
        steps.hold_applies()
        both = [
            steps.start(f"{settings} TF_DATA_DIR=$PWD/build/out/terraform/local {apply}{pair}{name}") for name in "ab"
        ]
        wait_until(lambda both=both: any(process.poll() is not None for process in both), "neither apply was refused")
        (lost,) = [process for process in both if process.poll() is not None]  # the other one is held with the lock
        (won,) = [process for process in both if process is not lost]
        steps.wait_until_held()
        assert won.poll() is None
        refused = wait_for_exit(lost)
        read_lock_id(refused)
        assert re.search(r"Operation: +OperationTypeApply", refused.text)
        assert re.search(r"Who: +\S+@\S+", refused.text)
        steps.release_applies()
        assert "Apply complete!" in wait_for_exit(won).text
        winner = "ab"[both.index(won)]
        assert state(s3)["resources"][0]["instances"][0]["attributes"]["output"]["value"] == f"local {pair}{winner}"


def test_apply_with_a_lock_timeout_waits_for_the_lock(steps: Team) -> None:
    steps.hold_applies()
    first = steps.start("make terraform ENV=local DO='apply -auto-approve -var environment=local -var model=one'")
    steps.wait_until_held()
    second = steps.start("make apply ENV=local LOCK_TIMEOUT=60s")
    wait_until(lambda: (steps.folder / "build" / "out").exists() and second.poll() is None, "the second did not wait")
    steps.release_applies()
    for process in (first, second):
        result = wait_for_exit(process)
        assert (result.code, "Apply complete!" in result.text) == (0, True), result.text


def test_interrupted_apply_can_be_continued(steps: Team, s3: Any) -> None:
    drill = Drill("Interrupted apply", steps)
    steps.hold_applies()
    apply = steps.start("make terraform ENV=local DO='apply -auto-approve -var environment=local -var model=cut'")
    steps.wait_until_held()
    result = send_signal(apply, signal.SIGINT)
    assert result.code, result.text
    assert "Interrupt received" in result.text
    assert not [entry for entry in s3.list_objects_v2(Bucket=BUCKET)["Contents"] if entry["Key"].endswith(".tflock")]
    steps.release_applies()
    assert "Apply complete!" in drill.run_next().text
    drill.finish_with_an_empty_plan()


@pytest.fixture(scope="module")
def groups(s3: Any, cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Team:  # noqa: ARG001
    team = Team(tmp_path_factory.mktemp("groups"), cloud, BUCKET, "groups")
    settings = team.folder / "terraform" / "environments" / "local.s3.tfbackend"
    settings.write_text(settings.read_text().replace(KEY, "sluice/groups.tfstate"))
    return team


KEYED = """aws_cloudwatch_log_group.first["GET /it's/{id} $default"]"""


def log_groups() -> set[str]:
    found = boto3.client("logs").describe_log_groups(logGroupNamePrefix="/aws/drill/")["logGroups"]
    return {group["logGroupName"] for group in found}


def test_stale_lock_is_broken_and_no_resource_is_lost(groups: Team) -> None:
    drill = Drill("Stale lock", groups)
    groups.hold_applies()
    apply = groups.start("make apply ENV=local")
    groups.wait_until_held()
    assert send_signal(apply, signal.SIGKILL).code == -signal.SIGKILL
    groups.release_applies()
    assert log_groups() == {"/aws/drill/sluice-local-first"}  # created, but in no state
    lock = read_lock_id(drill.run_next())
    assert "successfully unlocked" in drill.run_next(ID=lock).text
    exists = drill.run_next()
    assert exists.code
    (address,) = re.findall(r"with (.+),\n", exists.text)
    assert address == KEYED
    (name,) = re.findall(r"Log Group \((\S+)\)", exists.text)
    imported = drill.run_next(address=quote(address), id=quote(name))
    assert imported.code == 0, imported.text
    shown = groups.succeed(f"make terraform ENV=local DO='state show' ADDRESS='{quote(address)}'")
    assert "/aws/drill/sluice-local-first" in shown
    assert "Apply complete!" in drill.run_next().text
    drill.finish_with_an_empty_plan()
    assert log_groups() == {"/aws/drill/sluice-local-first", "/aws/drill/sluice-local-last"}
    recorded = groups.succeed("make terraform ENV=local DO='state list'").splitlines()
    assert {name for name in recorded if "log_group" in name} == {KEYED, "aws_cloudwatch_log_group.last"}


def quote(word: str) -> str:
    """Return a word as it is typed between single quotes."""
    return word.replace("'", "'\\''")


def test_lost_backend_gets_the_state_that_was_saved_locally(steps: Team, s3: Any) -> None:
    drill = Drill("Lost backend", steps)
    steps.hold_applies()
    apply = steps.start("make terraform ENV=local DO='apply -auto-approve -var environment=local -var model=lost'")
    steps.wait_until_held()
    denied = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:PutObject", "s3:DeleteObject"],
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
    }
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denied]}))
    steps.release_applies()
    assert wait_for_exit(apply).code
    saved = steps.folder / "terraform" / "errored.tfstate"
    made = json.loads(saved.read_text())["resources"]
    assert made != state(s3)["resources"]
    s3.delete_bucket_policy(Bucket=BUCKET)
    lock = read_lock_id(drill.run_next())
    assert drill.run_next(ID=lock).code == 0
    assert drill.run_next().code == 0
    assert state(s3)["resources"] == made
    for _ in range(2):
        result = drill.run_next()
        assert result.code == 0, result.text
    drill.finish_with_an_empty_plan()
    assert not saved.exists()


@pytest.mark.parametrize("harm", ["resources removed", "not a state", "another state"])
def test_damaged_state_is_replaced_by_an_older_version(steps: Team, s3: Any, harm: str, tmp_path: Path) -> None:
    drill = Drill("Wrong state", steps)
    good = state(s3)
    if harm == "resources removed":
        steps.succeed("make terraform ENV=local DO='state rm terraform_data.middle terraform_data.last'")
    elif harm == "not a state":
        s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"<html>504 Gateway Time-out</html>")
    else:
        (tmp_path / "other.tfstate").write_text(json.dumps(good | {"lineage": "other", "serial": 1, "resources": []}))
        refused = steps.run(f"make terraform ENV=local DO='state push {tmp_path}/other.tfstate'")
        assert "over unrelated state with lineage" in refused.text
        steps.succeed(f"make terraform ENV=local DO='state push -force {tmp_path}/other.tfstate'")
    listed = drill.run_next().text.splitlines()
    rows = [line.split() for line in listed if re.search(r"\d\d:\d\d:\d\d", line)]
    assert rows[0][-1] == "(current)"
    (version,) = [row[0] for row in rows if row[3:5] == [str(good["serial"]), str(len(good["resources"]))]]
    before = len(rows)
    result = drill.run_next(version=version[:20])
    assert result.code == 0, result.text
    drill.finish_with_an_empty_plan()
    restored = state(s3)
    assert restored["lineage"] == good["lineage"]
    assert restored["serial"] > good["serial"]
    assert len(s3.list_object_versions(Bucket=BUCKET, Prefix=KEY)["Versions"]) > before  # no version was deleted


def test_state_versions_lists_20_or_all_and_restores_the_oldest(steps: Team, s3: Any) -> None:
    good = state(s3)
    first = s3.list_object_versions(Bucket=BUCKET, Prefix=KEY, MaxKeys=1)["Versions"][0]["VersionId"]
    for serial in range(good["serial"] + 1, good["serial"] + 26):
        s3.put_object(Bucket=BUCKET, Key=KEY, Body=json.dumps(good | {"serial": serial, "resources": []}))
    total = len([version for version in s3.list_object_versions(Bucket=BUCKET)["Versions"] if version["Key"] == KEY])
    listed = steps.succeed("make state-versions ENV=local")
    assert len(re.findall(r"\d\d:\d\d:\d\d", listed)) == 20
    assert f"{total - 20} older versions: make state-versions ENV=local ALL=1" in listed
    assert first not in listed
    everything = steps.succeed("make state-versions ENV=local ALL=1")
    assert len(re.findall(r"\d\d:\d\d:\d\d", everything)) == total
    assert first in everything
    assert "older" not in everything
    steps.succeed(f"make state-restore ENV=local VERSION={first}")
    assert state(s3)["resources"] == good["resources"]
    assert state(s3)["serial"] == good["serial"] + 26


def test_state_restore_explains_unknown_versions_and_locks(steps: Team) -> None:
    result = steps.run("make state-restore ENV=local VERSION=nothing")
    assert result.code == 2
    assert (
        f"The state s3://{BUCKET}/{KEY} has no version nothing: `make state-versions ALL=1` lists them" in result.text
    )
    steps.hold_applies()
    apply = steps.start("make terraform ENV=local DO='apply -auto-approve -var environment=local -var model=held'")
    steps.wait_until_held()
    result = steps.run("make state-restore ENV=local VERSION=any")
    steps.release_applies()
    assert wait_for_exit(apply).code == 0
    assert result.code == 2
    assert re.search(
        r"\S+@\S+ has locked the state since \S+ for OperationTypeApply \(lock [0-9a-f-]{36}\): wait", result.text
    )
