"""What goes wrong with a state, done for real, and put right by the commands of docs/state.md."""

import json
import re
import signal
from pathlib import Path
from typing import Any

import boto3
import pytest

from localcloud import LocalCloud
from sluice.terraform import state_bucket
from tests.support.journeys.drills import Drill, lock_in
from tests.support.journeys.team import Team, ended, signalled, until

BUCKET, KEY = "drills-state", "sluice/local.tfstate"


@pytest.fixture(scope="module")
def s3(cloud: LocalCloud) -> Any:  # noqa: ARG001 - whose S3 it is
    """With a bucket for all the states of these tests, one after the other."""
    s3 = boto3.client("s3")
    state_bucket.create_local_bucket(s3, BUCKET)
    return s3


@pytest.fixture(scope="module")
def steps(s3: Any, cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Team:  # noqa: ARG001
    team = Team(tmp_path_factory.mktemp("steps"), cloud, BUCKET, "steps")
    team.does("make apply ENV=local")
    return team


def state(s3: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read())
    return found


def test_of_two_applies_at_once_one_wins_and_the_other_is_told_who_has_the_lock(steps: Team, s3: Any) -> None:
    apply = "terraform -chdir=terraform apply -auto-approve -var environment=local -no-color -var model="
    told = steps.does('settings="$(build/venv/tools/bin/python -m localcloud env)" && env -i bash -c "$settings; env"')
    here = " ".join(f"{line}" for line in told.splitlines() if line.startswith("AWS_"))
    for pair in range(10):
        steps.hold()
        both = [steps.start(f"{here} TF_DATA_DIR=$PWD/build/out/terraform/local {apply}{pair}{name}") for name in "ab"]
        until(lambda both=both: any(one.poll() is not None for one in both), "neither was refused")
        (lost,) = [one for one in both if one.poll() is not None]  # the other holds the lock until it may go on
        (won,) = [one for one in both if one is not lost]
        steps.held()
        assert won.poll() is None
        refused = ended(lost)
        lock_in(refused)
        assert re.search(r"Operation: +OperationTypeApply", refused.text)
        assert re.search(r"Who: +\S+@\S+", refused.text)
        steps.go()
        assert "Apply complete!" in ended(won).text
        winner = "ab"[both.index(won)]
        assert state(s3)["resources"][0]["instances"][0]["attributes"]["output"]["value"] == f"local {pair}{winner}"


def test_who_waits_for_the_lock_gets_it(steps: Team) -> None:
    steps.hold()
    first = steps.start("make terraform ENV=local DO='apply -auto-approve -var environment=local -var model=one'")
    steps.held()
    second = steps.start("make apply ENV=local LOCK_TIMEOUT=60s")
    until(lambda: (steps.folder / "build" / "out").exists() and second.poll() is None, "the second did not wait")
    steps.go()
    for one in (first, second):
        said = ended(one)
        assert (said.code, "Apply complete!" in said.text) == (0, True), said.text


def test_an_apply_that_was_interrupted_is_gone_on_with(steps: Team, s3: Any) -> None:
    drill = Drill("Interrupted apply", steps)
    steps.hold()
    apply = steps.start("make terraform ENV=local DO='apply -auto-approve -var environment=local -var model=cut'")
    steps.held()
    said = signalled(apply, signal.SIGINT)
    assert said.code, said.text
    assert "Interrupt received" in said.text
    assert not [entry for entry in s3.list_objects_v2(Bucket=BUCKET)["Contents"] if entry["Key"].endswith(".tflock")]
    steps.go()
    assert "Apply complete!" in drill.types().text
    drill.ends_with_an_empty_plan()


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


def test_a_lock_that_stays_after_kill_9_is_broken_and_nothing_is_left_over(groups: Team) -> None:
    drill = Drill("Stale lock", groups)
    groups.hold()
    apply = groups.start("make apply ENV=local")
    groups.held()
    assert signalled(apply, signal.SIGKILL).code == -signal.SIGKILL
    groups.go()
    assert log_groups() == {"/aws/drill/sluice-local-first"}  # made, and in no state
    lock = lock_in(drill.types())
    assert "successfully unlocked" in drill.types(ID=lock).text
    exists = drill.types()
    assert exists.code
    (address,) = re.findall(r"with (.+),\n", exists.text)
    assert address == KEYED
    (name,) = re.findall(r"Log Group \((\S+)\)", exists.text)
    imported = drill.types(address=typed(address), id=typed(name))
    assert imported.code == 0, imported.text
    shown = groups.does(f"make terraform ENV=local DO='state show' ADDRESS='{typed(address)}'")
    assert "/aws/drill/sluice-local-first" in shown
    assert "Apply complete!" in drill.types().text
    drill.ends_with_an_empty_plan()
    assert log_groups() == {"/aws/drill/sluice-local-first", "/aws/drill/sluice-local-last"}
    recorded = groups.does("make terraform ENV=local DO='state list'").splitlines()
    assert {name for name in recorded if "log_group" in name} == {KEYED, "aws_cloudwatch_log_group.last"}


def typed(word: str) -> str:
    """It, as a person types it between single quotes."""
    return word.replace("'", "'\\''")


def test_a_backend_that_was_lost_gets_the_state_that_was_saved_beside_it(steps: Team, s3: Any) -> None:
    drill = Drill("Lost backend", steps)
    steps.hold()
    apply = steps.start("make terraform ENV=local DO='apply -auto-approve -var environment=local -var model=lost'")
    steps.held()
    nobody = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:PutObject", "s3:DeleteObject"],
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
    }
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [nobody]}))
    steps.go()
    assert ended(apply).code
    saved = steps.folder / "terraform" / "errored.tfstate"
    made = json.loads(saved.read_text())["resources"]
    assert made != state(s3)["resources"]
    s3.delete_bucket_policy(Bucket=BUCKET)
    lock = lock_in(drill.types())
    assert drill.types(ID=lock).code == 0
    assert drill.types().code == 0
    assert state(s3)["resources"] == made
    for _ in range(2):
        said = drill.types()
        assert said.code == 0, said.text
    drill.ends_with_an_empty_plan()
    assert not saved.exists()


@pytest.mark.parametrize("harm", ["taken out", "no state", "a stranger's"])
def test_a_state_that_is_wrong_is_replaced_by_an_older_version(steps: Team, s3: Any, harm: str, tmp_path: Path) -> None:
    drill = Drill("Wrong state", steps)
    good = state(s3)
    if harm == "taken out":
        steps.does("make terraform ENV=local DO='state rm terraform_data.middle terraform_data.last'")
    elif harm == "no state":
        s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"<html>504 Gateway Time-out</html>")
    else:
        (tmp_path / "other.tfstate").write_text(json.dumps(good | {"lineage": "other", "serial": 1, "resources": []}))
        refused = steps.run(f"make terraform ENV=local DO='state push {tmp_path}/other.tfstate'")
        assert "over unrelated state with lineage" in refused.text
        steps.does(f"make terraform ENV=local DO='state push -force {tmp_path}/other.tfstate'")
    listed = drill.types().text.splitlines()
    rows = [line.split() for line in listed if re.search(r"\d\d:\d\d:\d\d", line)]
    assert rows[0][-1] == "(current)"
    (version,) = [row[0] for row in rows if row[3:5] == [str(good["serial"]), str(len(good["resources"]))]]
    before = len(rows)
    said = drill.types(version=version[:20])
    assert said.code == 0, said.text
    drill.ends_with_an_empty_plan()
    restored = state(s3)
    assert restored["lineage"] == good["lineage"]
    assert restored["serial"] > good["serial"]
    assert len(s3.list_object_versions(Bucket=BUCKET, Prefix=KEY)["Versions"]) > before  # none was lost


def test_versions_before_the_newest_twenty_are_listed_when_asked_for_and_restored(steps: Team, s3: Any) -> None:
    good = state(s3)
    first = s3.list_object_versions(Bucket=BUCKET, Prefix=KEY, MaxKeys=1)["Versions"][0]["VersionId"]
    for serial in range(good["serial"] + 1, good["serial"] + 26):
        s3.put_object(Bucket=BUCKET, Key=KEY, Body=json.dumps(good | {"serial": serial, "resources": []}))
    total = len([one for one in s3.list_object_versions(Bucket=BUCKET)["Versions"] if one["Key"] == KEY])
    listed = steps.does("make state-versions ENV=local")
    assert len(re.findall(r"\d\d:\d\d:\d\d", listed)) == 20
    assert f"{total - 20} older versions: make state-versions ENV=local ALL=1" in listed
    assert first not in listed
    everything = steps.does("make state-versions ENV=local ALL=1")
    assert len(re.findall(r"\d\d:\d\d:\d\d", everything)) == total
    assert first in everything
    assert "older" not in everything
    steps.does(f"make state-restore ENV=local VERSION={first}")
    assert state(s3)["resources"] == good["resources"]
    assert state(s3)["serial"] == good["serial"] + 26


def test_a_version_that_is_none_and_a_lock_that_is_held_are_sentences(steps: Team) -> None:
    said = steps.run("make state-restore ENV=local VERSION=nothing")
    assert said.code == 2
    assert f"The state s3://{BUCKET}/{KEY} has no version nothing: `make state-versions ALL=1` lists them" in said.text
    steps.hold()
    apply = steps.start("make terraform ENV=local DO='apply -auto-approve -var environment=local -var model=held'")
    steps.held()
    said = steps.run("make state-restore ENV=local VERSION=any")
    steps.go()
    assert ended(apply).code == 0
    assert said.code == 2
    assert re.search(
        r"\S+@\S+ has locked the state since \S+ for OperationTypeApply \(lock [0-9a-f-]{36}\): wait", said.text
    )
