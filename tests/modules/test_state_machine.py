"""modules/state_machine: definition and role come from the same grants; executions are logged and traced."""

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


def write_definition(folder: Path, definition: str) -> str:
    file = folder / "definition.asl.json"
    file.write_text(definition)
    return str(file)


def policy_statements(planned: dict[str, dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    policies = {address: values for address, values in planned.items() if ".aws_iam_role_policy." in address}
    return {address.split('"')[1]: json.loads(values["policy"])["Statement"] for address, values in policies.items()}


@pytest.fixture(scope="module")
def machine(module: Callable[..., Root], tmp_path_factory: pytest.TempPathFactory) -> Root:
    definition = write_definition(tmp_path_factory.mktemp("inline"), INLINE)
    return module("state_machine", name="doubler", definition=definition, uses={"Double": invoker("double")})


@pytest.fixture(scope="module")
def planned(machine: Root) -> dict[str, dict[str, Any]]:
    return machine.plan(numbers={"seconds": 20}, log_days=14).resources


@pytest.fixture(scope="module")
def distributed(machine: Root, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    definition = write_definition(tmp_path_factory.mktemp("distributed"), DISTRIBUTED)
    return machine.plan(definition=definition, numbers={"seconds": 20, "tolerated": 0.5}).resources


def test_placeholders_become_addresses_and_numbers(planned: dict[str, dict[str, Any]]) -> None:
    (state,) = json.loads(planned["aws_sfn_state_machine.this"]["definition"])["States"].values()
    assert state["Resource"] == "arn:aws:lambda:eu-west-1:000000000000:function:double"
    assert state["TimeoutSeconds"] == 20


def test_number_with_decimals_is_rendered(distributed: dict[str, dict[str, Any]]) -> None:
    (state,) = json.loads(distributed["aws_sfn_state_machine.this"]["definition"])["States"].values()
    assert state["ToleratedFailurePercentage"] == 0.5


def test_role_has_only_the_permissions_of_uses(planned: dict[str, dict[str, Any]]) -> None:
    policies = policy_statements(planned)
    assert policies.keys() == {"Double", "TRACES", "LOGS"}
    (statement,) = policies["Double"]
    assert statement["Action"] == ["lambda:InvokeFunction"]
    assert statement["Resource"] == ["arn:aws:lambda:eu-west-1:000000000000:function:double"]
    (trust,) = json.loads(planned["module.role.aws_iam_role.this"]["assume_role_policy"])["Statement"]
    assert trust["Principal"] == {"Service": "states.amazonaws.com"}


def test_only_a_distributed_map_can_start_itself(
    planned: dict[str, dict[str, Any]], distributed: dict[str, dict[str, Any]]
) -> None:
    assert "RUNS" not in policy_statements(planned)
    start, follow = policy_statements(distributed)["RUNS"]
    assert start["Action"] == ["states:StartExecution"]
    assert start["Resource"] == [f"{STATES}:stateMachine:doubler"]
    assert follow["Action"] == ["states:DescribeExecution", "states:StopExecution"]
    assert follow["Resource"] == [f"{STATES}:execution:doubler:*", f"{STATES}:execution:doubler/*"]


def test_executions_are_logged_and_traced(planned: dict[str, dict[str, Any]]) -> None:
    state_machine = planned["aws_sfn_state_machine.this"]
    (logging,) = state_machine["logging_configuration"]
    assert logging["level"] == "ERROR"
    assert logging["include_execution_data"] is True
    assert state_machine["tracing_configuration"] == [{"enabled": True}]
    assert state_machine["type"] == "STANDARD"
    log_group = planned["module.logs.aws_cloudwatch_log_group.this"]
    assert log_group["name"] == "/aws/vendedlogs/states/doubler"
    assert log_group["retention_in_days"] == 14


def test_placeholder_without_a_value_is_rejected(machine: Root) -> None:
    assert 'vars map does not contain key "seconds"' in machine.plan_error()


def test_invalid_state_machine_variables_fail_the_plan(machine: Root, tmp_path: Path) -> None:
    error = machine.plan_error(
        name="has space",
        uses={"Double": invoker("double"), "Triple": invoker("triple"), "LOGS": invoker("logs")},
        numbers={"seconds": 20, "minutes": 1},
        log_days=8,
    )
    for message in (
        'Invalid state machine name "has space": use 1 to 64 letters',
        "Each key of uses must be a name in CamelCase, for example Split",
        "has no placeholder for LOGS, Triple: remove them from uses, because unused grants are not accepted",
        "has no string that consists of only the placeholder of minutes",
        "log_days is 8, but CloudWatch accepts only",
    ):
        assert message in error
    unquoted = write_definition(tmp_path, INLINE.replace('"${seconds}"', "${seconds}"))
    error = machine.plan_error(definition=unquoted)
    assert "is not valid JSON: write every placeholder inside a string, including numbers" in error


def test_function_arn_in_definition_is_rejected(machine: Root, tmp_path: Path) -> None:
    with_arn = INLINE.replace('"End": true', f'"Comment": "{invoker("other")["address"]}", "End": true')
    error = machine.plan_error(definition=write_definition(tmp_path, with_arn), numbers={"seconds": 20})
    assert "contains the ARN of a function or state machine: write a placeholder" in error
