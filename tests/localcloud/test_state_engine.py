"""Errors, limits, time and history of state machines: Step Functions Developer Guide, "Handling errors", "Quotas"."""

import itertools
import time
from typing import Any

import pytest

from tests.support.localcloud.aws import Aws, wait_for
from tests.support.localcloud.state_machines import (
    RAISE_NAMED_ERROR,
    call_function,
    chain,
    create_machine,
    map_state,
    read_history,
    run_for_output,
    run_machine,
    start_execution,
    wait_for_end,
)

PASS = {"Type": "Pass"}
SLEEPS = "import time\ndef handler(event, context):\n    time.sleep(event)\n    return event"
CATCH = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]


@pytest.fixture(scope="module")
def fails(aws: Aws) -> str:
    """A function that raises the class that its event names."""
    return aws.create_function(RAISE_NAMED_ERROR)


@pytest.fixture(scope="module")
def sleeps(aws: Aws) -> str:
    """A function that takes as many seconds as its event says."""
    return aws.create_function(SLEEPS, Timeout=30)


def _caught(**state: Any) -> dict[str, Any]:
    return chain(State={**state, "Catch": CATCH, "End": True}, Caught=PASS)


def _entered(events: list[dict[str, Any]], kind: str) -> list[float]:
    return [event["timestamp"].timestamp() for event in events if event["type"] == kind]


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Pass", "InputPath": "$.lacking"},
        {"Type": "Pass", "OutputPath": "$.lacking"},
        {"Type": "Pass", "Parameters": {"x.$": "$.lacking"}},
        {"Type": "Pass", "Parameters": {"x.$": "States.Format('{}', $.lacking)"}},
        {"Type": "Choice", "Choices": [{"Variable": "$.lacking", "IsNull": True, "Next": "After"}], "Default": "After"},
        map_state(PASS, ItemsPath="$.lacking"),
        map_state(PASS),
    ],
)
def test_a_path_that_selects_nothing_ends_the_execution(aws: Aws, state: dict[str, Any]) -> None:
    """States.Runtime; the last one selects no array."""
    found = run_machine(aws, chain(State=state, After=PASS), {"present": 1})
    assert (found["status"], found["error"]) == ("FAILED", "States.Runtime")
    assert "$" in found["cause"]


def test_no_catch_holds_a_runtime_error(aws: Aws) -> None:
    """States.ALL covers every error but States.Runtime and States.DataLimitExceeded."""
    definition = _caught(Type="Parallel", Branches=[chain(Inner={"Type": "Pass", "InputPath": "$.lacking"})])
    assert run_machine(aws, definition)["error"] == "States.Runtime"


@pytest.mark.parametrize("where", ["input", "result"])
def test_more_than_256_kib_end_the_execution(aws: Aws, where: str) -> None:
    """States.DataLimitExceeded is terminal as well."""
    large = aws.create_function("def handler(event, context): return 'x' * event")
    twice = {"Type": "Parallel", "Parameters": {"a.$": "$", "b.$": "$"}, "Branches": [chain(Inner=PASS)]}
    if where == "input":
        definition = chain(
            Large=call_function(large, 150_000), State={**twice, "Catch": CATCH, "End": True}, Caught=PASS
        )
    else:
        definition = _caught(**call_function(large, 262_143))
    found = run_machine(aws, definition)
    assert (found["status"], found["error"]) == ("FAILED", "States.DataLimitExceeded")
    assert len(run_for_output(aws, chain(State=call_function(large, 261_000)))) == 261_000


def test_a_retry_waits_no_longer_than_its_limit(aws: Aws, fails: str) -> None:
    """MaxDelaySeconds is the most to which BackoffRate can take an interval."""
    retry = {"ErrorEquals": ["Transient"], "IntervalSeconds": 1, "BackoffRate": 60, "MaxDelaySeconds": 2,
             "MaxAttempts": 2}  # fmt: skip
    execution = start_execution(aws, create_machine(aws, chain(State=call_function(fails, "Transient", Retry=[retry]))))
    assert wait_for_end(aws, execution)["error"] == "Transient"
    first, second, third = _entered(read_history(aws, execution), "TaskScheduled")
    assert 1 <= second - first < 2 <= third - second < 4


def test_jitter_shortens_the_waits(aws: Aws, fails: str) -> None:
    """FULL waits a random part of the interval; that all of eight exceed 0.8 of it happens once in 390,000 runs."""
    retry = {"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": 1, "JitterStrategy": "FULL"}
    item = call_function(fails, "Transient", Retry=[retry], Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Done"}])
    machine = map_state(PASS)
    machine["ItemProcessor"] = chain(Item={**item, "End": True}, Done=PASS)
    execution = start_execution(aws, create_machine(aws, chain(Map=machine)), list(range(8)))
    assert wait_for_end(aws, execution)["status"] == "SUCCEEDED"
    events = {event["id"]: event for event in read_history(aws, execution)}
    again = [(events.get(event.get("previousEventId", 0)), event) for event in events.values()]
    waits = [event["timestamp"] - before["timestamp"] for before, event in again
             if before and (before["type"], event["type"]) == ("TaskFailed", "TaskScheduled")]  # fmt: skip
    assert len(waits) == 8
    assert min(wait.total_seconds() for wait in waits) < 0.8


def test_the_machine_has_a_time_limit(aws: Aws, sleeps: str) -> None:
    """TimeoutSeconds of the whole definition, which nothing catches."""
    execution = start_execution(aws, create_machine(aws, {**_caught(**call_function(sleeps, 20)), "TimeoutSeconds": 1}))
    found = wait_for_end(aws, execution)
    assert found["status"] == "TIMED_OUT"
    assert (found["stopDate"] - found["startDate"]).total_seconds() < 10
    assert read_history(aws, execution)[-1]["type"] == "ExecutionTimedOut"


def test_a_failure_ends_its_siblings(aws: Aws, fails: str, sleeps: str) -> None:
    """A branch that fails fails its Parallel state, and the other branches are stopped."""
    branches = [chain(Fails=call_function(fails, "Spoilt")), chain(Sleeps=call_function(sleeps, 20))]
    found = run_machine(aws, _caught(Type="Parallel", Branches=branches))
    assert found["output"]["Error"] == "Spoilt"
    assert (found["stopDate"] - found["startDate"]).total_seconds() < 10


def test_a_stopped_execution_goes_no_further(aws: Aws, sleeps: str) -> None:
    """StopExecution ends the iterations of a Map too; nothing follows ExecutionAborted."""
    execution = start_execution(
        aws, create_machine(aws, chain(Map=map_state(call_function(sleeps), MaxConcurrency=1))), [0.3] * 20
    )
    wait_for(lambda: _entered(read_history(aws, execution), "TaskSucceeded"))
    aws.client("stepfunctions").stop_execution(executionArn=execution, error="Enough", cause="of it")
    found = wait_for_end(aws, execution)
    assert (found["status"], found["error"], found["cause"]) == ("ABORTED", "Enough", "of it")
    time.sleep(0.6)
    assert read_history(aws, execution)[-1]["type"] == "ExecutionAborted"


def test_the_history_tells_when_each_item_ran(aws: Aws, sleeps: str) -> None:
    """Events of GetExecutionHistory, each after its previousEventId: a time line can be drawn."""
    execution = start_execution(
        aws, create_machine(aws, chain(Map=map_state(call_function(sleeps), MaxConcurrency=2))), [0.2, 0.1, 0.1]
    )
    wait_for_end(aws, execution)
    events = {event["id"]: event for event in read_history(aws, execution)}
    begun = [event for event in events.values() if event["type"] == "MapIterationStarted"]
    assert [event["mapIterationStartedEventDetails"]["index"] for event in begun] == [0, 1, 2]
    assert [event["type"] for event in events.values()].count("MapIterationSucceeded") == 3
    for event in events.values():
        before = events.get(event.get("previousEventId", 0))
        assert before is None or before["timestamp"] <= event["timestamp"]
    steps = {"MapIterationStarted": 1, "MapIterationSucceeded": -1}
    running = list(itertools.accumulate(steps.get(event["type"], 0) for event in events.values()))
    assert max(running) == 2  # MaxConcurrency
    first = next(event for event in events.values() if event["type"] == "TaskStateExited")
    assert first["stateExitedEventDetails"]["name"] == "Item"
    chained = []
    while first.get("previousEventId"):
        first = events[first["previousEventId"]]
        chained.append(first["type"])
    assert chained == ["TaskSucceeded", "TaskStarted", "TaskScheduled", "TaskStateEntered", "MapIterationStarted",
                       "MapStateStarted", "MapStateEntered", "ExecutionStarted"]  # fmt: skip


def test_a_failed_execution_has_no_output(aws: Aws, fails: str) -> None:
    """DescribeExecution gives an output only of what succeeded; error and cause otherwise."""
    found = run_machine(aws, chain(State=call_function(fails, "Spoilt")))
    assert (found["error"], "output" in found) == ("Spoilt", False)
    assert "because of Spoilt" in found["cause"]
