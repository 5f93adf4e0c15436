"""Definitions, tracing settings and names of executions: Step Functions API Reference, "CreateStateMachine",
"ValidateStateMachineDefinition", "DescribeStateMachine" and "StartExecution"."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws
from tests.support.localcloud.state_machines import chain, create_machine, map_state, wait_for_end

PASS = {"Type": "Pass"}
TASK = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}}
INVALID: dict[str, Any] = {
    "missing StartAt": {"States": {"A": {**PASS, "End": True}}},
    "unknown StartAt": {"StartAt": "B", "States": {"A": {**PASS, "End": True}}},
    "unknown Next": chain(A={**PASS, "Next": "Nowhere"}),
    "neither Next nor End": {"StartAt": "A", "States": {"A": PASS}},
    "unreachable state": chain(A={**PASS, "End": True}, B=PASS),
    "unknown Type": chain(A={"Type": "Lambda"}),
    "missing Resource": chain(A={"Type": "Task"}),
    "unknown field": chain(A={**PASS, "Retries": 3}),
    "invalid path": chain(A={**PASS, "InputPath": "without dollar"}),
    "invalid path in a template": chain(A={**PASS, "Parameters": {"x.$": "without dollar"}}),
    "invalid BackoffRate": chain(A={**TASK, "Retry": [{"ErrorEquals": ["States.ALL"], "BackoffRate": 0.5}]}),
    "invalid JitterStrategy": chain(A={**TASK, "Retry": [{"ErrorEquals": ["States.ALL"], "JitterStrategy": "SOME"}]}),
    "States.ALL with another error": chain(A={**TASK, "Retry": [{"ErrorEquals": ["States.ALL", "Other"]}]}),
    "States.ALL not last": chain(A={**TASK, "Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["Other"]}]}),
    "Catch without Next": chain(A={**TASK, "Catch": [{"ErrorEquals": ["States.ALL"]}]}),
    "invalid item": chain(A=map_state({"Type": "Task"})),
    "ItemBatcher in an inline Map": chain(A=map_state(PASS, ItemBatcher={"MaxItemsPerBatch": 2})),
    "Choice without comparison": chain(A={"Type": "Choice", "Choices": [{"Variable": "$.x", "Next": "B"}]}, B=PASS),
}


@pytest.mark.parametrize("definition", INVALID.values(), ids=INVALID)
def test_invalid_definition_is_rejected(aws: Aws, definition: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match=r"InvalidDefinition.*(SCHEMA_VALIDATION|TRANSITION_TARGET).* at /"):
        create_machine(aws, definition)
    validation = aws.client("stepfunctions").validate_state_machine_definition(definition=json.dumps(definition))
    assert validation["result"] == "FAIL"
    assert validation["diagnostics"][0]["location"].startswith("/")


def test_invalid_definition_in_update_is_rejected(aws: Aws) -> None:
    machine = create_machine(aws, chain(A=PASS))
    with pytest.raises(ClientError, match="InvalidDefinition"):
        aws.client("stepfunctions").update_state_machine(stateMachineArn=machine, definition="{")


def test_valid_definition_is_accepted(aws: Aws) -> None:
    retry = [{"ErrorEquals": ["A"], "MaxDelaySeconds": 9, "IntervalSeconds": 1, "JitterStrategy": "FULL"}]
    choices = [{"Variable": "$[0].x", "StringMatches": "a*", "Next": "No"}]
    definition = chain(
        Wait={"Type": "Wait", "Seconds": 0},
        Task={**TASK, "TimeoutSeconds": 3, "Retry": retry},
        Map=map_state(PASS, MaxConcurrency=3, ItemSelector={"x.$": "$$.Map.Item.Value", "y.$": "States.UUID()"}),
        Choice={"Type": "Choice", "Choices": choices, "Default": "Yes"},
        No={"Type": "Fail", "Error": "No"},
        Yes={"Type": "Succeed"},
    )  # fmt: skip
    step = aws.client("stepfunctions")
    assert step.validate_state_machine_definition(definition=json.dumps(definition))["result"] == "OK"
    create_machine(aws, definition)


def test_tracing_configuration_is_kept(aws: Aws) -> None:
    step = aws.client("stepfunctions")
    plain = create_machine(aws, chain(A={"Type": "Pass"}))
    assert step.describe_state_machine(stateMachineArn=plain)["tracingConfiguration"] == {"enabled": False}
    step.update_state_machine(stateMachineArn=plain, tracingConfiguration={"enabled": True})
    assert step.describe_state_machine(stateMachineArn=plain)["tracingConfiguration"] == {"enabled": True}
    traced = create_machine(aws, chain(A={"Type": "Pass"}), tracingConfiguration={"enabled": True})
    assert step.describe_state_machine(stateMachineArn=traced)["tracingConfiguration"] == {"enabled": True}


@pytest.fixture(scope="module")
def waiting_machine(aws: Aws) -> str:
    return create_machine(aws, chain(Wait={"Type": "Wait", "Seconds": 2}))


@pytest.fixture(scope="module")
def quick_machine(aws: Aws) -> str:
    return create_machine(aws, chain(Pass={"Type": "Pass"}))


def test_concurrent_starts_with_same_name_run_once(aws: Aws, waiting_machine: str) -> None:
    """The same name and input return the same execution while it runs."""
    step = aws.client("stepfunctions")
    with ThreadPoolExecutor(10) as threads:
        responses = list(
            threads.map(lambda _: step.start_execution(stateMachineArn=waiting_machine, name="job"), range(10))
        )
    assert len({(response["executionArn"], response["startDate"]) for response in responses}) == 1
    assert len(step.list_executions(stateMachineArn=waiting_machine)["executions"]) == 1
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        step.start_execution(stateMachineArn=waiting_machine, name="job", input='{"other": 1}')


def test_name_of_ended_execution_is_rejected(aws: Aws, quick_machine: str) -> None:
    step = aws.client("stepfunctions")
    wait_for_end(aws, step.start_execution(stateMachineArn=quick_machine, name="once")["executionArn"])
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        step.start_execution(stateMachineArn=quick_machine, name="once")


@pytest.mark.parametrize("name", ["with space", "a/b", "a:b", "x" * 81])
def test_invalid_execution_name_is_rejected(aws: Aws, quick_machine: str, name: str) -> None:
    with pytest.raises(ClientError, match=r"InvalidName|ParamValidation|Validation"):
        aws.client("stepfunctions").start_execution(stateMachineArn=quick_machine, name=name)


def test_invalid_execution_input_is_rejected(aws: Aws, quick_machine: str) -> None:
    with pytest.raises(ClientError, match="InvalidExecutionInput"):
        aws.client("stepfunctions").start_execution(stateMachineArn=quick_machine, input="{")
