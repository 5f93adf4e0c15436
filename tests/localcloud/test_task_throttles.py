"""A throttled call: Step Functions Developer Guide, "Error names": Lambda.TooManyRequestsException."""

from tests.support.localcloud.aws import Aws
from tests.support.localcloud.state_machines import call_function, chain, run_machine


def test_a_throttled_function_fails_its_task_by_that_name(aws: Aws) -> None:
    function = aws.create_function("def handler(event, context): pass")
    aws.client("lambda").put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    assert run_machine(aws, chain(Task=call_function(function)))["error"] == "Lambda.TooManyRequestsException"
