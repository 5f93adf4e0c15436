"""Tasks run under the state machine's role: "How AWS Step Functions works with IAM" and "Error names".

Both are pages of the Step Functions Developer Guide.
"""

from typing import Any

import pytest

from tests.support.localcloud.aws import Aws, Statement, allow
from tests.support.localcloud.state_machines import call_function, chain, run_machine


def run_task(aws: Aws, task: dict[str, Any], *statements: Statement) -> Any:
    """Run a state machine of one task with these statements; return the description of its ended execution."""
    return run_machine(aws, chain(Task={"Type": "Task", **task}), None, *statements)


@pytest.fixture(scope="module")
def function(aws: Aws) -> str:
    """Return the ARN of a function."""
    name = aws.create_function("def handler(e, c): return 'called'")
    arn: str = aws.client("lambda").get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    return arn


def test_task_needs_permission_to_invoke_function(aws: Aws, function: str) -> None:
    """ "is not authorized to perform: lambda:InvokeFunction" ends the execution."""
    task = {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": function}}
    denied = run_task(aws, task, allow("lambda:InvokeFunction", on=f"{function}-other"))
    assert denied["status"] == "FAILED"
    assert denied["error"] == "Lambda.AWSLambdaException"
    assert "not authorized to perform: lambda:InvokeFunction" in denied["cause"]
    assert run_task(aws, task, allow("lambda:InvokeFunction", on=function))["status"] == "SUCCEEDED"


def test_task_with_function_as_resource_needs_permission(aws: Aws, function: str) -> None:
    assert run_task(aws, {"Resource": function}, allow("sqs:SendMessage"))["status"] == "FAILED"
    assert run_task(aws, {"Resource": function}, allow("lambda:InvokeFunction", on=function))["status"] == "SUCCEEDED"


def test_task_needs_permission_to_send_message(aws: Aws) -> None:
    queue = aws.create_queue()
    parameters = {"QueueUrl": queue, "MessageBody": "sent"}
    task = {"Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": parameters}
    assert run_task(aws, task, allow("lambda:InvokeFunction"))["error"] == "SQS.SqsException"
    assert run_task(aws, task, allow("sqs:SendMessage", on=aws.queue_arn(queue)))["status"] == "SUCCEEDED"
    assert aws.drain_queue(queue) == ["sent"]


def test_throttled_task_fails_with_too_many_requests(aws: Aws) -> None:
    function = aws.create_function("def handler(event, context): pass")
    aws.client("lambda").put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    assert run_machine(aws, chain(Task=call_function(function)))["error"] == "Lambda.TooManyRequestsException"
