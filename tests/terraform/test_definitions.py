"""The state machines' definitions: sound before and after their placeholders are filled, and trusted no further."""

import json
import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from build.lint.machines import complaints
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
    """A function's invoker for each placeholder of a grant: what is not a function's is told apart by its name."""
    found: dict[str, Any] = {}
    for name in placeholders(file, "[A-Z][A-Za-z]+"):
        address = FUNCTION + name if f'"Resource": "${{{name}}}"' in file.read_text() else name.lower()
        action = "lambda:InvokeFunction" if address.startswith(FUNCTION) else "s3:GetObject"
        found[name] = {"address": address, "permissions": [{"actions": [action], "resources": [address]}]}
    return found


@pytest.fixture(scope="module")
def machine(cloud: LocalCloud, project: Path) -> Callable[..., Root]:  # noqa: ARG001 - a plan asks AWS who it is
    def root(file: Path, **values: Any) -> Root:
        numbers = dict.fromkeys(placeholders(file, "[a-z_]+"), 40)
        given = {"name": "machine", "definition": str(file), "uses": grants(file), "numbers": numbers} | values
        return Root(project / "modules" / "state_machine", values=given)

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
    """The functions that the state machine's role may invoke."""
    policies = [
        values["policy"]
        for address, values in plan.resources.items()
        if "aws_iam_role_policy" in address and "policy" in values
    ]
    statements = [statement for policy in policies for statement in json.loads(policy)["Statement"]]
    allowed = [statement["Resource"] for statement in statements if "lambda:InvokeFunction" in statement["Action"]]
    return {resource for resources in allowed for resource in resources}


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_the_raw_file_is_json(file: Path) -> None:
    assert json.loads(file.read_text())["States"]


def test_no_placeholder_is_left(plan: Plan) -> None:
    text = plan.resources["aws_sfn_state_machine.this"]["definition"]
    assert "${" not in text
    assert '"number ' not in text


def test_the_linters_find_nothing(definition: asl.State) -> None:
    assert complaints(definition) == []


def test_the_linters_find_different_mistakes(rendered: Rendered) -> None:
    hello = json.loads(rendered["hello"].resources["aws_sfn_state_machine.this"]["definition"])
    lost, typed = deepcopy(hello), deepcopy(hello)
    lost["States"]["Hello"] |= {"End": False, "Next": "Nowhere"}
    typed["States"]["Hello"]["TimeoutSeconds"] = "10"
    assert any("Nowhere" in said for said in complaints(lost))
    assert any("TimeoutSeconds" in said for said in complaints(typed))


def test_every_state_can_be_reached(definition: asl.State) -> None:
    assert asl.unreachable(definition) == set()


def test_a_state_that_cannot_be_reached_is_noticed(rendered: Rendered) -> None:
    workflow = json.loads(rendered["workflow"].resources["aws_sfn_state_machine.this"]["definition"])
    del workflow["States"]["Map"]["ItemProcessor"]["States"]["Classify"]["Catch"]
    assert asl.unreachable(workflow) == {"Excuse"}


def test_nothing_is_waited_for_without_end(definition: asl.State) -> None:
    assert definition["TimeoutSeconds"] > 0
    assert all(task["TimeoutSeconds"] > 0 for task in asl.states(definition, "Task").values())


def test_every_task_is_tried_again_later_and_later_but_never_all_at_once(definition: asl.State) -> None:
    for name, task in asl.states(definition, "Task").items():
        for retrier in task["Retry"]:
            assert (retrier["BackoffRate"], retrier["JitterStrategy"]) == (2.0, "FULL"), name
            assert retrier["IntervalSeconds"] <= retrier["MaxDelaySeconds"] <= 60, name
            assert 1 <= retrier["MaxAttempts"] <= 5, name
            assert "States.Timeout" in retrier["ErrorEquals"], name


def test_a_thousand_items_that_fail_to_the_last_fit_into_an_executions_history(rendered: Rendered) -> None:
    workflow = json.loads(rendered["workflow"].resources["aws_sfn_state_machine.this"]["definition"])
    attempts = 1 + sum(one["MaxAttempts"] for one in asl.states(workflow)["Classify"]["Retry"])
    around, an_attempt, excused = 4, 3, 2  # iteration and state begin and end; scheduled, started, failed; Excuse
    assert MAX_ITEMS * (around + attempts * an_attempt + excused) + 100 < MAX_EVENTS


def test_one_bad_item_fails_no_other(rendered: Rendered) -> None:
    workflow = json.loads(rendered["workflow"].resources["aws_sfn_state_machine.this"]["definition"])
    assert asl.states(workflow)["Classify"]["Catch"] == [{"ErrorEquals": ["States.ALL"], "Next": "Excuse"}]
    bulk = json.loads(rendered["bulk"].resources["aws_sfn_state_machine.this"]["definition"])
    assert {state["ToleratedFailurePercentage"] for state in asl.states(bulk, "Map").values()} == {40}


def test_lines_and_rows_differ_in_how_they_are_read_alone(rendered: Rendered) -> None:
    text = rendered["bulk"].resources["aws_sfn_state_machine.this"]["definition"]
    lines = json.loads(text)["States"]["Lines"]
    rows = json.loads(text.replace("BatchRows", "BatchLines"))["States"]["Rows"]
    assert rows["ItemReader"].pop("ReaderConfig") == {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}
    assert lines["ItemReader"].pop("ReaderConfig") == {"InputType": "JSONL"}
    assert (lines.pop("Label"), rows.pop("Label")) == ("Lines", "Rows")
    assert lines == rows


def test_its_role_may_invoke_exactly_the_functions_that_it_names(plan: Plan, definition: asl.State) -> None:
    assert invokable(plan) == asl.named_functions(definition) != set()


def test_a_function_that_is_named_around_the_grants_is_noticed(machine: Callable[..., Root], tmp_path: Path) -> None:
    around = (
        '"Comment": "${Hello}", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": { "FunctionName": "other" }'
    )
    copy = tmp_path / "copy.asl.json"
    copy.write_text(FILES["hello"].read_text().replace('"Resource": "${Hello}"', around))
    plan = machine(copy, uses=grants(FILES["hello"])).plan()
    named = asl.named_functions(json.loads(plan.resources["aws_sfn_state_machine.this"]["definition"]))
    assert (invokable(plan), named) == ({FUNCTION + "Hello"}, {"other"})


def test_one_grant_more_or_less_fails_the_plan(machine: Callable[..., Root], tmp_path: Path) -> None:
    given = grants(FILES["workflow"])
    copy = tmp_path / "copy.asl.json"
    copy.write_text(FILES["workflow"].read_text().replace("${Reduce}", "${Extra}"))
    more = machine(copy, uses=given).refusal()
    assert "does not name Reduce: what it does not use it is not granted" in more
    less = machine(copy, uses={name: grant for name, grant in given.items() if name != "Reduce"}).refusal()
    assert 'vars map does not contain key "Extra"' in less
