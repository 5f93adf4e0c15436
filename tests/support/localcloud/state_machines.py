"""State machines of the contract tests: made from a few states, run, looked at."""

import json
from typing import Any

from tests.support.localcloud.aws import EVERYTHING, Aws, Statement, eventually, unique

FAILS = """
class Transient(Exception): pass
class Spoilt(Exception): pass
def handler(event, context):
    raise {"Transient": Transient, "Spoilt": Spoilt}[event](f"because of {event}")
"""


def chain(**states: dict[str, Any]) -> dict[str, Any]:
    """A definition whose states follow one another in the order given, unless they say what is next."""
    names = list(states)
    for name, following in zip(names, [*names[1:], None], strict=True):
        if states[name]["Type"] not in ("Choice", "Succeed", "Fail") and states[name].keys().isdisjoint(
            {"Next", "End"}
        ):
            states[name] = {**states[name], **({"Next": following} if following else {"End": True})}
    return {"StartAt": names[0], "States": states}


def mapped(state: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """An inline Map that does `state` for every item."""
    return {"Type": "Map", "ItemProcessor": chain(Item=state), **fields}


def call(function: str, payload: Any = None, **fields: Any) -> dict[str, Any]:
    """A task that gives what a function answers."""
    parameters = {"FunctionName": function, **({"Payload.$": "$"} if payload is None else {"Payload": payload})}
    return {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": parameters,
            "ResultSelector": {"it.$": "$.Payload"}, "OutputPath": "$.it", **fields}  # fmt: skip


def create(aws: Aws, definition: dict[str, Any], *statements: Statement) -> str:
    """The ARN of a new state machine, whose role may do `statements`, or everything."""
    role = aws.role("states", *(statements or (EVERYTHING,)))
    made = aws.client("stepfunctions").create_state_machine(
        name=unique("machine"), definition=json.dumps(definition), roleArn=role
    )
    arn: str = made["stateMachineArn"]
    return arn


def start(aws: Aws, machine: str, data: Any = None) -> str:
    given = json.dumps({} if data is None else data)
    arn: str = aws.client("stepfunctions").start_execution(stateMachineArn=machine, input=given)["executionArn"]
    return arn


def ended(aws: Aws, execution: str, seconds: float = 15.0) -> Any:
    """The description of an execution once it has ended, its output read."""
    client = aws.client("stepfunctions")

    def look() -> Any:
        found = client.describe_execution(executionArn=execution)
        return found["status"] != "RUNNING" and found

    found = eventually(look, seconds)
    return {**found, "output": json.loads(found["output"])} if "output" in found else found


def run(aws: Aws, definition: dict[str, Any], data: Any = None, *statements: Statement) -> Any:
    """The ended execution of a new machine."""
    return ended(aws, start(aws, create(aws, definition, *statements), data))


def output(aws: Aws, definition: dict[str, Any], data: Any = None) -> Any:
    """The output of a new machine, whose execution succeeds."""
    found = run(aws, definition, data)
    assert found["status"] == "SUCCEEDED", found
    return found["output"]


def history(aws: Aws, execution: str) -> list[dict[str, Any]]:
    pages = aws.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=execution)
    return [event for page in pages for event in page["events"]]
