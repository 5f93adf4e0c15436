"""Names of executions: Step Functions API Reference, StartExecution."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws
from tests.support.localcloud.state_machines import chain, create_machine, wait_for_end


@pytest.fixture(scope="module")
def waiting(aws: Aws) -> str:
    return create_machine(aws, chain(Wait={"Type": "Wait", "Seconds": 2}))


@pytest.fixture(scope="module")
def quick(aws: Aws) -> str:
    return create_machine(aws, chain(Pass={"Type": "Pass"}))


def test_ten_starts_at_once_make_one_execution(aws: Aws, waiting: str) -> None:
    """The same name and input give the same answer while the execution runs."""
    step = aws.client("stepfunctions")
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda _: step.start_execution(stateMachineArn=waiting, name="job"), range(10)))
    assert len({(answer["executionArn"], answer["startDate"]) for answer in answers}) == 1
    assert len(step.list_executions(stateMachineArn=waiting)["executions"]) == 1
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        step.start_execution(stateMachineArn=waiting, name="job", input='{"other": 1}')


def test_a_name_that_has_ended_is_taken(aws: Aws, quick: str) -> None:
    step = aws.client("stepfunctions")
    wait_for_end(aws, step.start_execution(stateMachineArn=quick, name="once")["executionArn"])
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        step.start_execution(stateMachineArn=quick, name="once")


@pytest.mark.parametrize("name", ["with space", "a/b", "a:b", "x" * 81])
def test_a_name_must_be_one(aws: Aws, quick: str, name: str) -> None:
    with pytest.raises(ClientError, match=r"InvalidName|ParamValidation|Validation"):
        aws.client("stepfunctions").start_execution(stateMachineArn=quick, name=name)


def test_the_input_must_be_json(aws: Aws, quick: str) -> None:
    with pytest.raises(ClientError, match="InvalidExecutionInput"):
        aws.client("stepfunctions").start_execution(stateMachineArn=quick, input="{")
