"""A state machine acts under its role: "How AWS Step Functions works with IAM"."""

import json
from typing import Any

import pytest

from tests.support.localcloud.aws import Aws, Statement, allow, unique_name, wait_for


def _run(aws: Aws, task: dict[str, Any], *statements: Statement) -> Any:
    """The ended execution of a machine of one task, whose role may do `statements`."""
    step = aws.client("stepfunctions")
    definition = {"StartAt": "Task", "States": {"Task": {"Type": "Task", "End": True, **task}}}
    machine = step.create_state_machine(
        name=unique_name("machine"), definition=json.dumps(definition), roleArn=aws.create_role("states", *statements)
    )["stateMachineArn"]
    execution = step.start_execution(stateMachineArn=machine)["executionArn"]
    return wait_for(lambda: (e := step.describe_execution(executionArn=execution))["status"] != "RUNNING" and e)


@pytest.fixture(scope="module")
def function(aws: Aws) -> str:
    """The ARN of a function."""
    name = aws.create_function("def handler(e, c): return 'called'")
    arn: str = aws.client("lambda").get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    return arn


def test_a_function_is_called_only_with_permission(aws: Aws, function: str) -> None:
    """ "is not authorized to perform: lambda:InvokeFunction" ends the execution."""
    task = {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": function}}
    refused = _run(aws, task, allow("lambda:InvokeFunction", on=f"{function}-other"))
    assert (refused["status"], refused["error"]) == ("FAILED", "Lambda.AWSLambdaException")
    assert "not authorized to perform: lambda:InvokeFunction" in refused["cause"]
    assert _run(aws, task, allow("lambda:InvokeFunction", on=function))["status"] == "SUCCEEDED"


def test_so_it_is_when_named_as_the_resource(aws: Aws, function: str) -> None:
    assert _run(aws, {"Resource": function}, allow("sqs:SendMessage"))["status"] == "FAILED"
    assert _run(aws, {"Resource": function}, allow("lambda:InvokeFunction", on=function))["status"] == "SUCCEEDED"


def test_a_queue_is_sent_to_only_with_permission(aws: Aws) -> None:
    queue = aws.create_queue()
    parameters = {"QueueUrl": queue, "MessageBody": "sent"}
    task = {"Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": parameters}
    assert _run(aws, task, allow("lambda:InvokeFunction"))["error"] == "SQS.SqsException"
    assert _run(aws, task, allow("sqs:SendMessage", on=aws.queue_arn(queue)))["status"] == "SUCCEEDED"
    assert aws.drain_queue(queue) == ["sent"]
