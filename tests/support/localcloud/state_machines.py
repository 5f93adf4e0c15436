"""State machines of the contract tests: definitions from a few states, executions and their histories."""

import json
from typing import Any

from tests.support.localcloud.aws import ALLOW_ALL, Aws, Statement, unique_name, wait_for

RAISE_NAMED_ERROR = """
class Transient(Exception): pass
class Spoilt(Exception): pass
def handler(event, context):
    raise {"Transient": Transient, "Spoilt": Spoilt}[event](f"because of {event}")
"""


def chain(**states: dict[str, Any]) -> dict[str, Any]:
    """Return a definition whose states follow one another in this order, unless a state names its successor."""
    names = list(states)
    for name, following in zip(names, [*names[1:], None], strict=True):
        if states[name]["Type"] not in ("Choice", "Succeed", "Fail") and states[name].keys().isdisjoint(
            {"Next", "End"}
        ):
            states[name] = {**states[name], **({"Next": following} if following else {"End": True})}
    return {"StartAt": names[0], "States": states}


def map_state(state: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return an inline Map that runs `state` for every item."""
    return {"Type": "Map", "ItemProcessor": chain(Item=state), **fields}


def call_function(function: str, payload: Any = None, **fields: Any) -> dict[str, Any]:
    """Return a task that returns a function's payload."""
    parameters = {"FunctionName": function, **({"Payload.$": "$"} if payload is None else {"Payload": payload})}
    return {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": parameters,
            "ResultSelector": {"payload.$": "$.Payload"}, "OutputPath": "$.payload", **fields}  # fmt: skip


def create_machine(aws: Aws, definition: dict[str, Any], *statements: Statement, **settings: Any) -> str:
    """Create a state machine whose role has these statements, or allows everything; return its ARN."""
    role = aws.create_role("states", *(statements or (ALLOW_ALL,)))
    machine = aws.client("stepfunctions").create_state_machine(
        name=unique_name("machine"), definition=json.dumps(definition), roleArn=role, **settings
    )
    arn: str = machine["stateMachineArn"]
    return arn


def start_execution(aws: Aws, machine: str, data: Any = None) -> str:
    """Start an execution; return its ARN."""
    execution_input = json.dumps({} if data is None else data)
    response = aws.client("stepfunctions").start_execution(stateMachineArn=machine, input=execution_input)
    arn: str = response["executionArn"]
    return arn


def wait_for_end(aws: Aws, execution: str, seconds: float = 15.0) -> Any:
    """Wait for the end of an execution; return its description, with the output parsed."""
    client = aws.client("stepfunctions")

    def describe_if_ended() -> Any:
        description = client.describe_execution(executionArn=execution)
        return description["status"] != "RUNNING" and description

    description = wait_for(describe_if_ended, seconds)
    return {**description, "output": json.loads(description["output"])} if "output" in description else description


def run_machine(aws: Aws, definition: dict[str, Any], data: Any = None, *statements: Statement) -> Any:
    """Run a new state machine; return the description of its ended execution."""
    return wait_for_end(aws, start_execution(aws, create_machine(aws, definition, *statements), data))


def run_for_output(aws: Aws, definition: dict[str, Any], data: Any = None) -> Any:
    """Run a new state machine, which must succeed; return its output."""
    description = run_machine(aws, definition, data)
    assert description["status"] == "SUCCEEDED", description
    return description["output"]


def read_history(aws: Aws, execution: str) -> list[dict[str, Any]]:
    """Return all events of an execution."""
    pages = aws.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=execution)
    return [event for page in pages for event in page["events"]]
