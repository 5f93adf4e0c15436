"""A results queue that refuses for a while loses nothing; once it is mended, one command brings everything out."""

import json
from collections import Counter
from pathlib import Path

import boto3
import pytest

from sluice.cost.usage import recorded_resources
from sluice.demo.digits import Digit
from tests.support.journeys.http_sites import FOREVER, Outside
from tests.support.journeys.operators import Operator
from tests.support.journeys.pipeline import Pipeline
from tests.support.journeys.repair import Repair
from tests.support.terraform_root import Root

DEAD, RETRIED, BAD = 95, 10, 5
FIVE_ATTEMPTS = 100  # seconds, with the retry_seconds of ENV=local
BAD_IDS = [f"repair-bad-{n}" for n in range(BAD)]
GOOD_IDS = [f"repair-{n:02}" for n in range(DEAD - BAD)]
LATE_IDS = [f"repair-late-{n}" for n in range(RETRIED)]


@pytest.fixture(scope="module")
def repair(pipeline: Pipeline, operator: Operator, tmp_path_factory: pytest.TempPathFactory) -> Repair:
    return Repair(pipeline.outputs, tmp_path_factory.mktemp("terraform"), operator)


def test_all_that_a_refusing_queue_left_behind_comes_out_once(
    repair: Repair, pipeline: Pipeline, scans: list[Digit], outside: Outside
) -> None:
    good = [{"id": name, "url": outside.address(scans[n].path)} for n, name in enumerate(GOOD_IDS)]
    late = [{"id": name, "url": outside.address(scans[n].path)} for n, name in enumerate(LATE_IDS)]
    bad = [{"id": name, "url": outside.trouble(f"/{name}.png", failures=FOREVER)} for name in BAD_IDS]
    before = repair.waiting("dead_letters")

    with repair.refusing():
        pipeline.send([*good, *bad])
        repair.until(lambda: repair.waiting("dead_letters") - before == DEAD, within=FIVE_ATTEMPTS)
        pipeline.send(late)
        repair.until(lambda: repair.tried("repair-late-") == set(LATE_IDS), within=60)
        assert repair.waiting("images") == RETRIED
        assert not repair.results

    listed = repair.sluice("dead", "list", *repair.newer())
    codes = {each["id"]: each["code"] for each in listed["dead_letters"]}
    assert codes == dict.fromkeys(GOOD_IDS, "not_accepted") | dict.fromkeys(BAD_IDS, "source_unavailable")
    planned = repair.sluice("dead", "replay", *repair.newer(), "--dry-run")
    assert sorted(planned["would_replay"]) == sorted(codes)
    assert repair.waiting("dead_letters") - before == DEAD

    done = repair.sluice("dead", "replay", *repair.newer(), "--yes")
    assert sorted(done["replayed"]) == sorted(codes)
    assert repair.replayed() == DEAD
    wanted = {*GOOD_IDS, *LATE_IDS}
    repair.until(lambda: repair.results.keys() >= wanted, within=60)
    repair.until(lambda: repair.waiting("dead_letters") - before == BAD, within=FIVE_ATTEMPTS)
    assert repair.results == Counter(wanted)

    left = repair.sluice("dead", "replay", *repair.newer(), "--yes")
    assert left == {"would_replay": [], "skipped": sorted(BAD_IDS, key=left["skipped"].index)}
    (shown,) = repair.sluice("dead", "show", BAD_IDS[0])["dead_letters"]
    assert json.loads(shown["body"]) == bad[0]
    assert shown["replays"] == 1
    assert len([line for line in shown["log"] if line["message"] == "Retry scheduled"]) == 5


def test_the_bad_ones_are_written_down_and_dropped(repair: Repair, tmp_path: Path) -> None:
    file = tmp_path / "dropped.jsonl"
    words = [word for name in BAD_IDS for word in ("--id", name)]
    dropped = repair.sluice("dead", "drop", *words, "--to", str(file), "--yes")
    assert sorted(dropped["dropped"]) == BAD_IDS
    assert sorted(json.loads(line)["id"] for line in file.read_text().splitlines()) == BAD_IDS
    assert not [each for each in repair.sluice("dead", "list")["dead_letters"] if each["id"] in BAD_IDS]


def test_costs_are_those_of_what_cloudwatch_counted(repair: Repair) -> None:
    found = repair.sluice("cost")
    usage = found["usage"]["local"]
    assert usage["memory"] == 1024
    assert 1 <= usage["batch"] <= 10
    assert 0.0001 < usage["seconds"] < 30
    assert found["queue"]["local"]["Lambda"] > 0
    assert found["resources"]["alarms"] == recorded_resources().alarms
    assert found["resources"]["metrics"] >= 8


def test_the_doctor_finds_the_trigger_that_was_switched_off(repair: Repair) -> None:
    def statuses(code: int) -> dict[str, str]:
        checks = repair.sluice("doctor", code=code)["checks"]
        assert not [each for each in checks if "may not call" in each["message"]]
        return {each["check"]: each["status"] for each in checks}

    fine = statuses(0)
    seen = ("credentials", "region", "state lock", "applied", "deployed code", "trigger", "quota")
    assert {fine[check] for check in seen} == {"ok"}, fine
    client, worker = boto3.client("lambda"), repair.outputs["functions"]["worker"]
    (mapping,) = client.list_event_source_mappings(FunctionName=f"{worker}:live")["EventSourceMappings"]
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        assert statuses(1) == fine | {"trigger": "fail"}
    finally:
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def test_a_second_plan_changes_nothing(stack: Root) -> None:
    plan = stack.plan()
    assert plan.empty, plan.text
