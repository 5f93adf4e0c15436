"""What Step Functions measures: "Monitoring Step Functions metrics using Amazon CloudWatch"."""

from typing import Any

from tests.support.localcloud import metrics, state_machines
from tests.support.localcloud.aws import Aws

WAITS = {"Type": "Wait", "Seconds": 1}
FAILS = {"Type": "Fail", "Error": "Bad"}


def counts(aws: Aws, machine: str) -> dict[str, float | None]:
    names = ("Started", "Succeeded", "Failed", "TimedOut", "Aborted")
    return {name: number(aws, machine, f"Executions{name}", "Sum") for name in names}


def number(aws: Aws, machine: str, metric: str, statistic: str) -> float | None:
    return metrics.read_statistic(aws, "AWS/States", metric, {"StateMachineArn": machine}, statistic)


def ended(aws: Aws, definition: dict[str, Any]) -> str:
    machine = state_machines.create_machine(aws, definition)
    state_machines.wait_for_end(aws, state_machines.start_execution(aws, machine))
    return machine


def test_ends_are_counted_by_their_kind(aws: Aws) -> None:
    nothing = {"Started": 1, "Succeeded": 0, "Failed": 0, "TimedOut": 0, "Aborted": 0}
    assert counts(aws, ended(aws, state_machines.chain(Fails=FAILS))) == {**nothing, "Failed": 1}
    late = {**state_machines.chain(Waits={**WAITS, "Seconds": 9}), "TimeoutSeconds": 1}
    assert counts(aws, ended(aws, late)) == {**nothing, "TimedOut": 1}


def test_an_execution_that_is_stopped_was_aborted(aws: Aws) -> None:
    machine = state_machines.create_machine(aws, state_machines.chain(Waits=WAITS))
    aws.client("stepfunctions").stop_execution(executionArn=state_machines.start_execution(aws, machine))
    assert counts(aws, machine)["Aborted"] == 1


def test_the_time_is_measured(aws: Aws) -> None:
    machine = ended(aws, state_machines.chain(Waits=WAITS))
    assert 1000 <= (number(aws, machine, "ExecutionTime", "p99") or 0.0) < 3000
