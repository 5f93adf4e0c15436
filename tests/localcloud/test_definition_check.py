"""What is no definition: Step Functions API Reference, CreateStateMachine and ValidateStateMachineDefinition."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws
from tests.support.localcloud.state_machines import chain, create_machine, map_state

PASS = {"Type": "Pass"}
TASK = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}}
BAD: dict[str, Any] = {
    "no StartAt": {"States": {"A": {**PASS, "End": True}}},
    "no such StartAt": {"StartAt": "B", "States": {"A": {**PASS, "End": True}}},
    "no such Next": chain(A={**PASS, "Next": "Nowhere"}),
    "neither Next nor End": {"StartAt": "A", "States": {"A": PASS}},
    "out of reach": chain(A={**PASS, "End": True}, B=PASS),
    "no such Type": chain(A={"Type": "Lambda"}),
    "no Resource": chain(A={"Type": "Task"}),
    "no such field": chain(A={**PASS, "Retries": 3}),
    "no path": chain(A={**PASS, "InputPath": "lacking dollar"}),
    "no path in a template": chain(A={**PASS, "Parameters": {"x.$": "lacking dollar"}}),
    "a wrong BackoffRate": chain(A={**TASK, "Retry": [{"ErrorEquals": ["States.ALL"], "BackoffRate": 0.5}]}),
    "a wrong JitterStrategy": chain(A={**TASK, "Retry": [{"ErrorEquals": ["States.ALL"], "JitterStrategy": "SOME"}]}),
    "States.ALL in company": chain(A={**TASK, "Retry": [{"ErrorEquals": ["States.ALL", "Other"]}]}),
    "States.ALL not last": chain(A={**TASK, "Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["Other"]}]}),
    "a Catch without Next": chain(A={**TASK, "Catch": [{"ErrorEquals": ["States.ALL"]}]}),
    "a wrong item": chain(A=map_state({"Type": "Task"})),
    "batches in an inline Map": chain(A=map_state(PASS, ItemBatcher={"MaxItemsPerBatch": 2})),
    "a choice without comparison": chain(A={"Type": "Choice", "Choices": [{"Variable": "$.x", "Next": "B"}]}, B=PASS),
}


@pytest.mark.parametrize("definition", BAD.values(), ids=BAD)
def test_it_is_refused(aws: Aws, definition: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match=r"InvalidDefinition.*(SCHEMA_VALIDATION|TRANSITION_TARGET).* at /"):
        create_machine(aws, definition)
    checked = aws.client("stepfunctions").validate_state_machine_definition(definition=json.dumps(definition))
    assert checked["result"] == "FAIL"
    assert checked["diagnostics"][0]["location"].startswith("/")


def test_an_update_is_checked_as_well(aws: Aws) -> None:
    machine = create_machine(aws, chain(A=PASS))
    with pytest.raises(ClientError, match="InvalidDefinition"):
        aws.client("stepfunctions").update_state_machine(stateMachineArn=machine, definition="{")


def test_a_sound_definition_is_found_sound(aws: Aws) -> None:
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
