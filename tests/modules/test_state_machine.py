"""modules/state_machine: definition and role come from the same grants; logged, traced, and mistakes told early."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.terraform_root import Root

STATES = "arn:aws:states:eu-west-1:000000000000"
INLINE = """{
  "StartAt": "Double",
  "States": {
    "Double": { "Type": "Task", "Resource": "${Double}", "TimeoutSeconds": "${seconds}", "End": true }
  }
}"""
DISTRIBUTED = """{
  "StartAt": "Map",
  "States": {
    "Map": {
      "Type": "Map",
      "ToleratedFailurePercentage": "${tolerated}",
      "ItemProcessor": { "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" }, INLINE },
      "End": true
    }
  }
}""".replace("INLINE", INLINE.strip("{}"))


def invoker(name: str) -> dict[str, Any]:
    arn = f"arn:aws:lambda:eu-west-1:000000000000:function:{name}"
    return {"address": arn, "permissions": [{"actions": ["lambda:InvokeFunction"], "resources": [arn]}]}


def written(folder: Path, definition: str) -> str:
    file = folder / "definition.asl.json"
    file.write_text(definition)
    return str(file)


def statements(planned: dict[str, dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    policies = {address: values for address, values in planned.items() if ".aws_iam_role_policy." in address}
    return {address.split('"')[1]: json.loads(values["policy"])["Statement"] for address, values in policies.items()}


@pytest.fixture(scope="module")
def machine(module: Callable[..., Root], tmp_path_factory: pytest.TempPathFactory) -> Root:
    definition = written(tmp_path_factory.mktemp("inline"), INLINE)
    return module("state_machine", name="doubler", definition=definition, uses={"Double": invoker("double")})


@pytest.fixture(scope="module")
def planned(machine: Root) -> dict[str, dict[str, Any]]:
    return machine.plan(numbers={"seconds": 20}, log_days=14).resources


@pytest.fixture(scope="module")
def distributed(machine: Root, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    definition = written(tmp_path_factory.mktemp("distributed"), DISTRIBUTED)
    return machine.plan(definition=definition, numbers={"seconds": 20, "tolerated": 0.5}).resources


def test_placeholders_become_addresses_and_numbers(planned: dict[str, dict[str, Any]]) -> None:
    (state,) = json.loads(planned["aws_sfn_state_machine.this"]["definition"])["States"].values()
    assert state["Resource"] == "arn:aws:lambda:eu-west-1:000000000000:function:double"
    assert state["TimeoutSeconds"] == 20


def test_a_number_may_have_decimals(distributed: dict[str, dict[str, Any]]) -> None:
    (state,) = json.loads(distributed["aws_sfn_state_machine.this"]["definition"])["States"].values()
    assert state["ToleratedFailurePercentage"] == 0.5


def test_its_role_may_do_what_the_definition_names_and_no_more(planned: dict[str, dict[str, Any]]) -> None:
    given = statements(planned)
    assert given.keys() == {"Double", "TRACES", "LOGS"}
    assert [(one["Action"], one["Resource"]) for one in given["Double"]] == [
        (["lambda:InvokeFunction"], ["arn:aws:lambda:eu-west-1:000000000000:function:double"])
    ]
    (trust,) = json.loads(planned["module.role.aws_iam_role.this"]["assume_role_policy"])["Statement"]
    assert trust["Principal"] == {"Service": "states.amazonaws.com"}


def test_only_a_distributed_map_may_start_itself(
    planned: dict[str, dict[str, Any]], distributed: dict[str, dict[str, Any]]
) -> None:
    assert "RUNS" not in statements(planned)
    assert [(one["Action"], one["Resource"]) for one in statements(distributed)["RUNS"]] == [
        (["states:StartExecution"], [f"{STATES}:stateMachine:doubler"]),
        (
            ["states:DescribeExecution", "states:StopExecution"],
            [f"{STATES}:execution:doubler:*", f"{STATES}:execution:doubler/*"],
        ),
    ]


def test_errors_are_logged_with_their_causes_and_all_is_traced(planned: dict[str, dict[str, Any]]) -> None:
    state_machine = planned["aws_sfn_state_machine.this"]
    (logging,) = state_machine["logging_configuration"]
    assert (logging["level"], logging["include_execution_data"]) == ("ERROR", True)
    assert state_machine["tracing_configuration"] == [{"enabled": True}]
    assert state_machine["type"] == "STANDARD"
    log = planned["module.logs.aws_cloudwatch_log_group.this"]
    assert (log["name"], log["retention_in_days"]) == ("/aws/vendedlogs/states/doubler", 14)


def test_a_placeholder_without_a_grant_is_refused(machine: Root) -> None:
    assert 'vars map does not contain key "seconds"' in machine.refusal()


def test_what_cannot_be_is_said_at_plan(machine: Root, tmp_path: Path) -> None:
    refusal = machine.refusal(
        name="has space",
        uses={"Double": invoker("double"), "Triple": invoker("triple"), "LOGS": invoker("logs")},
        numbers={"seconds": 20, "minutes": 1},
        log_days=8,
    )
    for sentence in (
        'The state machine\'s name "has space" must have 1 to 64 letters',
        "Each key of uses must be a word in CamelCase such as Split",
        "does not name LOGS, Triple: what it does not use it is not granted",
        "has no string that is just the placeholder of minutes",
        "log_days is 8, but CloudWatch keeps logs for",
    ):
        assert sentence in refusal
    unquoted = written(tmp_path, INLINE.replace('"${seconds}"', "${seconds}"))
    assert "is no JSON: write every placeholder inside a string, numbers too" in machine.refusal(definition=unquoted)


def test_a_function_by_its_arn_is_refused(machine: Root, tmp_path: Path) -> None:
    named = INLINE.replace('"End": true', f'"Comment": "{invoker("other")["address"]}", "End": true')
    refusal = machine.refusal(definition=written(tmp_path, named), numbers={"seconds": 20})
    assert "names a function or a state machine by its ARN: write a placeholder" in refusal
