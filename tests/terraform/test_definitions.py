"""Definitions of the state machines: valid with and without placeholders, and with the permissions that they need."""

import json
import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from build.lint.machines import find_problems
from localcloud import LocalCloud
from tests.support.terraform import definition as asl
from tests.support.terraform_root import PROJECT, Plan, Root

FILES = {file.name.split(".")[0]: file for file in sorted(PROJECT.glob("terraform/**/*.asl.json"))}
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:"
MAX_EVENTS, MAX_ITEMS = 25_000, 1_000

Rendered = dict[str, Plan]


def placeholders(file: Path, pattern: str) -> set[str]:
    return set(re.findall(rf"\$\{{({pattern})\}}", file.read_text()))


def grants(file: Path) -> dict[str, Any]:
    """Return a grant for each placeholder of an address: an invoker if a task calls it, else a reader."""
    uses: dict[str, Any] = {}
    for name in placeholders(file, "[A-Z][A-Za-z]+"):
        address = FUNCTION + name if f'"Resource": "${{{name}}}"' in file.read_text() else name.lower()
        action = "lambda:InvokeFunction" if address.startswith(FUNCTION) else "s3:GetObject"
        uses[name] = {"address": address, "permissions": [{"actions": [action], "resources": [address]}]}
    return uses


@pytest.fixture(scope="module")
def machine(cloud: LocalCloud, project: Path) -> Callable[..., Root]:  # noqa: ARG001 - a plan asks AWS for the account
    def root(file: Path, **values: Any) -> Root:
        numbers = dict.fromkeys(placeholders(file, "[a-z_]+"), 40)
        variables = {"name": "machine", "definition": str(file), "uses": grants(file), "numbers": numbers} | values
        return Root(project / "modules" / "state_machine", values=variables)

    return root


@pytest.fixture(scope="module")
def rendered(machine: Callable[..., Root]) -> Rendered:
    return {name: machine(file).plan() for name, file in FILES.items()}


@pytest.fixture(params=FILES)
def plan(request: pytest.FixtureRequest, rendered: Rendered) -> Plan:
    return rendered[request.param]


@pytest.fixture
def definition(plan: Plan) -> asl.State:
    definition: asl.State = json.loads(plan.resources["aws_sfn_state_machine.this"]["definition"])
    return definition


def invokable(plan: Plan) -> set[str]:
    """Return the functions that the state machine's role can invoke."""
    policies = [
        values["policy"]
        for address, values in plan.resources.items()
        if "aws_iam_role_policy" in address and "policy" in values
    ]
    statements = [statement for policy in policies for statement in json.loads(policy)["Statement"]]
    allowed = [statement["Resource"] for statement in statements if "lambda:InvokeFunction" in statement["Action"]]
    return {resource for resources in allowed for resource in resources}


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_file_with_placeholders_is_json(file: Path) -> None:
    assert json.loads(file.read_text())["States"]


def test_plan_replaces_every_placeholder(plan: Plan) -> None:
    text = plan.resources["aws_sfn_state_machine.this"]["definition"]
    assert "${" not in text
    assert '"number ' not in text


def test_linters_find_no_problem(definition: asl.State) -> None:
    assert find_problems(definition) == []


def test_linters_find_different_problems(rendered: Rendered) -> None:
    hello = json.loads(rendered["hello"].resources["aws_sfn_state_machine.this"]["definition"])
    no_target, wrong_type = deepcopy(hello), deepcopy(hello)
    no_target["States"]["Hello"] |= {"End": False, "Next": "Nowhere"}
    wrong_type["States"]["Hello"]["TimeoutSeconds"] = "10"
    assert any("Nowhere" in problem for problem in find_problems(no_target))
    assert any("TimeoutSeconds" in problem for problem in find_problems(wrong_type))


def test_every_state_is_reachable(definition: asl.State) -> None:
    assert asl.unreachable(definition) == set()


def test_unreachable_state_is_detected(rendered: Rendered) -> None:
    workflow = json.loads(rendered["workflow"].resources["aws_sfn_state_machine.this"]["definition"])
    del workflow["States"]["Map"]["ItemProcessor"]["States"]["Classify"]["Catch"]
    assert asl.unreachable(workflow) == {"ItemFailed"}


def test_machine_and_tasks_have_timeouts(definition: asl.State) -> None:
    assert definition["TimeoutSeconds"] > 0
    assert all(task["TimeoutSeconds"] > 0 for task in asl.states(definition, "Task").values())


def test_tasks_retry_with_backoff_and_jitter(definition: asl.State) -> None:
    for name, task in asl.states(definition, "Task").items():
        for retrier in task["Retry"]:
            assert retrier["BackoffRate"] == 2.0, name
            assert retrier["JitterStrategy"] == "FULL", name
            assert retrier["IntervalSeconds"] <= retrier["MaxDelaySeconds"] <= 60, name
            assert 1 <= retrier["MaxAttempts"] <= 5, name
            assert "States.Timeout" in retrier["ErrorEquals"], name


def test_thousand_failing_items_fit_into_history(rendered: Rendered) -> None:
    workflow = json.loads(rendered["workflow"].resources["aws_sfn_state_machine.this"]["definition"])
    attempts = 1 + sum(retrier["MaxAttempts"] for retrier in asl.states(workflow)["Classify"]["Retry"])
    # Events of an item: its iteration and its state start and end; each attempt is scheduled, started and fails;
    # ItemFailed starts and ends.
    item, attempt, failure = 4, 3, 2
    assert MAX_ITEMS * (item + attempts * attempt + failure) + 100 < MAX_EVENTS


def test_failed_item_does_not_fail_the_job(rendered: Rendered) -> None:
    workflow = json.loads(rendered["workflow"].resources["aws_sfn_state_machine.this"]["definition"])
    assert asl.states(workflow)["Classify"]["Catch"] == [{"ErrorEquals": ["States.ALL"], "Next": "ItemFailed"}]
    bulk = json.loads(rendered["bulk"].resources["aws_sfn_state_machine.this"]["definition"])
    assert {state["ToleratedFailurePercentage"] for state in asl.states(bulk, "Map").values()} == {40}


def test_lines_and_rows_differ_only_in_reader(rendered: Rendered) -> None:
    text = rendered["bulk"].resources["aws_sfn_state_machine.this"]["definition"]
    lines = json.loads(text)["States"]["Lines"]
    rows = json.loads(text.replace("ClassifyRows", "ClassifyLines"))["States"]["Rows"]
    assert rows["ItemReader"].pop("ReaderConfig") == {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}
    assert lines["ItemReader"].pop("ReaderConfig") == {"InputType": "JSONL"}
    assert lines.pop("Label") == "Lines"
    assert rows.pop("Label") == "Rows"
    assert lines == rows


def test_role_invokes_exactly_the_named_functions(plan: Plan, definition: asl.State) -> None:
    assert invokable(plan) == asl.named_functions(definition) != set()


def test_function_named_without_a_grant_is_detected(machine: Callable[..., Root], tmp_path: Path) -> None:
    task = (
        '"Comment": "${Hello}", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": { "FunctionName": "other" }'
    )
    copy = tmp_path / "copy.asl.json"
    copy.write_text(FILES["hello"].read_text().replace('"Resource": "${Hello}"', task))
    plan = machine(copy, uses=grants(FILES["hello"])).plan()
    named = asl.named_functions(json.loads(plan.resources["aws_sfn_state_machine.this"]["definition"]))
    assert invokable(plan) == {FUNCTION + "Hello"}
    assert named == {"other"}


def test_unused_or_missing_grant_fails_the_plan(machine: Callable[..., Root], tmp_path: Path) -> None:
    uses = grants(FILES["workflow"])
    copy = tmp_path / "copy.asl.json"
    copy.write_text(FILES["workflow"].read_text().replace("${Reduce}", "${Extra}"))
    error = machine(copy, uses=uses).plan_error()
    assert "has no placeholder for Reduce: remove them from uses" in error
    del uses["Reduce"]
    error = machine(copy, uses=uses).plan_error()
    assert 'vars map does not contain key "Extra"' in error
