"""Recovery from a results queue that denies messages for a while: no task is lost, and one command replays them all."""

import json
from collections import Counter
from pathlib import Path

import boto3
import pytest

from sluice.cost.usage import recorded_resources
from sluice.demo.digits import Digit
from tests.support.journeys.fault_injection import denied_sends
from tests.support.journeys.image_site import ALWAYS, ImageSite
from tests.support.journeys.operator_session import OperatorSession
from tests.support.journeys.operators import Operator
from tests.support.journeys.pipeline import Pipeline
from tests.support.terraform_root import Root

DEAD, RETRIED, FAILING = 95, 10, 5
ALL_ATTEMPTS = 100  # seconds for five attempts, with the retry_seconds of ENV=local
FAILING_IDS = [f"recovery-failing-{n}" for n in range(FAILING)]
VALID_IDS = [f"recovery-{n:02}" for n in range(DEAD - FAILING)]
LATE_IDS = [f"recovery-late-{n}" for n in range(RETRIED)]


@pytest.fixture(scope="module")
def session(pipeline: Pipeline, operator: Operator, tmp_path_factory: pytest.TempPathFactory) -> OperatorSession:
    return OperatorSession(pipeline.outputs, tmp_path_factory.mktemp("terraform"), operator, prefix="recovery-")


def test_replay_after_outage_returns_each_result_once(
    session: OperatorSession, pipeline: Pipeline, digits: list[Digit], site: ImageSite
) -> None:
    valid = [{"id": id_, "url": site.url(digits[n].path)} for n, id_ in enumerate(VALID_IDS)]
    late = [{"id": id_, "url": site.url(digits[n].path)} for n, id_ in enumerate(LATE_IDS)]
    failing = [{"id": id_, "url": site.add_fault(f"/{id_}.png", failures=ALWAYS)} for id_ in FAILING_IDS]
    before = session.count_messages("dead_letters")

    with denied_sends(pipeline.outputs["predictions"], pipeline.outputs["functions"]["worker"]):
        pipeline.send([*valid, *failing])
        session.receive_until(lambda: session.count_messages("dead_letters") - before == DEAD, within=ALL_ATTEMPTS)
        pipeline.send(late)
        session.receive_until(lambda: session.list_retried_ids("recovery-late-") == set(LATE_IDS), within=60)
        assert session.count_messages("images") == RETRIED
        assert not session.results

    listed = session.run("dead", "list", *session.newer_option())
    codes = {letter["id"]: letter["code"] for letter in listed["dead_letters"]}
    assert codes == dict.fromkeys(VALID_IDS, "not_accepted") | dict.fromkeys(FAILING_IDS, "source_unavailable")
    dry_run = session.run("dead", "replay", *session.newer_option(), "--dry-run")
    assert sorted(dry_run["would_replay"]) == sorted(codes)
    assert session.count_messages("dead_letters") - before == DEAD

    replay = session.run("dead", "replay", *session.newer_option(), "--yes")
    assert sorted(replay["replayed"]) == sorted(codes)
    assert session.count_replayed() == DEAD
    expected = {*VALID_IDS, *LATE_IDS}
    session.receive_until(lambda: session.results.keys() >= expected, within=60)
    session.receive_until(lambda: session.count_messages("dead_letters") - before == FAILING, within=ALL_ATTEMPTS)
    assert session.results == Counter(expected)

    second_replay = session.run("dead", "replay", *session.newer_option(), "--yes")
    assert second_replay.keys() == {"would_replay", "skipped"}
    assert second_replay["would_replay"] == []
    assert sorted(second_replay["skipped"]) == sorted(FAILING_IDS)
    (letter,) = session.run("dead", "show", FAILING_IDS[0])["dead_letters"]
    assert json.loads(letter["body"]) == failing[0]
    assert letter["replays"] == 1
    assert len([line for line in letter["log"] if line["message"] == "Retry scheduled"]) == 5


def test_dropped_dead_letters_are_saved_and_deleted(session: OperatorSession, tmp_path: Path) -> None:
    file = tmp_path / "dropped.jsonl"
    options = [argument for id_ in FAILING_IDS for argument in ("--id", id_)]
    result = session.run("dead", "drop", *options, "--to", str(file), "--yes")
    assert sorted(result["dropped"]) == FAILING_IDS
    assert sorted(json.loads(line)["id"] for line in file.read_text().splitlines()) == FAILING_IDS
    remaining = session.run("dead", "list")["dead_letters"]
    assert not [letter for letter in remaining if letter["id"] in FAILING_IDS]


def test_cost_uses_the_measured_usage(session: OperatorSession) -> None:
    cost = session.run("cost")
    usage = cost["usage"]["local"]
    assert usage["memory"] == 1024
    assert 1 <= usage["batch"] <= 10
    assert 0.0001 < usage["seconds"] < 30
    assert cost["queue"]["local"]["Lambda"] > 0
    assert cost["resources"]["alarms"] == recorded_resources().alarms
    assert cost["resources"]["metrics"] >= 8


def test_doctor_reports_a_disabled_trigger(session: OperatorSession) -> None:
    def run_checks(code: int) -> dict[str, str]:
        checks = session.run("doctor", code=code)["checks"]
        assert not [check for check in checks if "may not call" in check["message"]]
        return {check["check"]: check["status"] for check in checks}

    before = run_checks(0)
    for check in ("credentials", "region", "state lock", "applied", "deployed code", "trigger", "quota"):
        assert before[check] == "ok", before
    client, worker = boto3.client("lambda"), session.outputs["functions"]["worker"]
    (mapping,) = client.list_event_source_mappings(FunctionName=f"{worker}:live")["EventSourceMappings"]
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        assert run_checks(1) == before | {"trigger": "fail"}
    finally:
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def test_recovered_stack_second_plan_changes_nothing(stack: Root) -> None:
    plan = stack.plan()
    assert plan.empty, plan.text
