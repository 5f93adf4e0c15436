"""Errors, limits, time and history of executions: Step Functions Developer Guide, "Handling errors" and "Quotas"."""

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
SLEEP = "import time\ndef handler(event, context):\n    time.sleep(event)\n    return event"
CATCH = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]


@pytest.fixture(scope="module")
def raise_named_error(aws: Aws) -> str:
    """Return a function that raises the error that its event names."""
    return aws.create_function(RAISE_NAMED_ERROR)


@pytest.fixture(scope="module")
def sleep(aws: Aws) -> str:
    """Return a function that sleeps as many seconds as its event says."""
    return aws.create_function(SLEEP, Timeout=30)


def catch_all(**state: Any) -> dict[str, Any]:
    """Return a definition with a state that catches States.ALL."""
    return chain(State={**state, "Catch": CATCH, "End": True}, Caught=PASS)


def event_times(events: list[dict[str, Any]], kind: str) -> list[float]:
    """Return the times of all events of a type, in seconds since the epoch."""
    return [event["timestamp"].timestamp() for event in events if event["type"] == kind]


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Pass", "InputPath": "$.missing"},
        {"Type": "Pass", "OutputPath": "$.missing"},
        {"Type": "Pass", "Parameters": {"x.$": "$.missing"}},
        {"Type": "Pass", "Parameters": {"x.$": "States.Format('{}', $.missing)"}},
        {"Type": "Choice", "Choices": [{"Variable": "$.missing", "IsNull": True, "Next": "After"}], "Default": "After"},
        map_state(PASS, ItemsPath="$.missing"),
        map_state(PASS),
    ],
)
def test_missing_path_fails_with_runtime_error(aws: Aws, state: dict[str, Any]) -> None:
    """States.Runtime; the path of the last state selects an object, not an array."""
    description = run_machine(aws, chain(State=state, After=PASS), {"present": 1})
    assert description["status"] == "FAILED"
    assert description["error"] == "States.Runtime"
    assert "$" in description["cause"]


def test_runtime_error_is_not_caught(aws: Aws) -> None:
    """States.ALL covers every error except States.Runtime and States.DataLimitExceeded."""
    definition = catch_all(Type="Parallel", Branches=[chain(Inner={"Type": "Pass", "InputPath": "$.missing"})])
    assert run_machine(aws, definition)["error"] == "States.Runtime"


@pytest.mark.parametrize("part", ["input", "result"])
def test_payload_above_256_kib_fails(aws: Aws, part: str) -> None:
    """States.DataLimitExceeded is not caught either."""
    large = aws.create_function("def handler(event, context): return 'x' * event")
    twice = {"Type": "Parallel", "Parameters": {"a.$": "$", "b.$": "$"}, "Branches": [chain(Inner=PASS)]}
    if part == "input":
        definition = chain(
            Large=call_function(large, 150_000), State={**twice, "Catch": CATCH, "End": True}, Caught=PASS
        )
    else:
        definition = catch_all(**call_function(large, 262_143))
    description = run_machine(aws, definition)
    assert description["status"] == "FAILED"
    assert description["error"] == "States.DataLimitExceeded"
    assert len(run_for_output(aws, chain(State=call_function(large, 261_000)))) == 261_000


def test_retry_waits_at_most_max_delay(aws: Aws, raise_named_error: str) -> None:
    """MaxDelaySeconds limits the interval that BackoffRate increases."""
    retry = {"ErrorEquals": ["Transient"], "IntervalSeconds": 1, "BackoffRate": 60, "MaxDelaySeconds": 2,
             "MaxAttempts": 2}  # fmt: skip
    execution = start_execution(
        aws, create_machine(aws, chain(State=call_function(raise_named_error, "Transient", Retry=[retry])))
    )
    assert wait_for_end(aws, execution)["error"] == "Transient"
    first, second, third = event_times(read_history(aws, execution), "TaskScheduled")
    assert 1 <= second - first < 2 <= third - second < 4


def test_full_jitter_shortens_waits(aws: Aws, raise_named_error: str) -> None:
    """FULL waits a random part of the interval; all of eight exceed 0.8 of it once in 390,000 runs."""
    retry = {"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": 1, "JitterStrategy": "FULL"}
    item = call_function(
        raise_named_error, "Transient", Retry=[retry], Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Done"}]
    )
    machine = map_state(PASS)
    machine["ItemProcessor"] = chain(Item={**item, "End": True}, Done=PASS)
    execution = start_execution(aws, create_machine(aws, chain(Map=machine)), list(range(8)))
    assert wait_for_end(aws, execution)["status"] == "SUCCEEDED"
    events = {event["id"]: event for event in read_history(aws, execution)}
    pairs = [(events.get(event.get("previousEventId", 0)), event) for event in events.values()]
    waits = [event["timestamp"] - previous["timestamp"] for previous, event in pairs
             if previous and (previous["type"], event["type"]) == ("TaskFailed", "TaskScheduled")]  # fmt: skip
    assert len(waits) == 8
    assert min(wait.total_seconds() for wait in waits) < 0.8


def test_timeout_of_machine_is_not_caught(aws: Aws, sleep: str) -> None:
    """TimeoutSeconds of the definition ends the execution, regardless of Catch."""
    execution = start_execution(
        aws, create_machine(aws, {**catch_all(**call_function(sleep, 20)), "TimeoutSeconds": 1})
    )
    description = wait_for_end(aws, execution)
    assert description["status"] == "TIMED_OUT"
    assert (description["stopDate"] - description["startDate"]).total_seconds() < 10
    assert read_history(aws, execution)[-1]["type"] == "ExecutionTimedOut"


def test_failed_branch_stops_siblings(aws: Aws, raise_named_error: str, sleep: str) -> None:
    """A failed branch fails its Parallel state, and the other branches are stopped."""
    branches = [chain(Fails=call_function(raise_named_error, "Spoilt")), chain(Sleeps=call_function(sleep, 20))]
    description = run_machine(aws, catch_all(Type="Parallel", Branches=branches))
    assert description["output"]["Error"] == "Spoilt"
    assert (description["stopDate"] - description["startDate"]).total_seconds() < 10


def test_stopped_execution_stops_iterations(aws: Aws, sleep: str) -> None:
    """StopExecution stops the iterations of a Map too; no event follows ExecutionAborted."""
    execution = start_execution(
        aws, create_machine(aws, chain(Map=map_state(call_function(sleep), MaxConcurrency=1))), [0.3] * 20
    )
    wait_for(lambda: event_times(read_history(aws, execution), "TaskSucceeded"))
    aws.client("stepfunctions").stop_execution(executionArn=execution, error="Stopped", cause="by test")
    description = wait_for_end(aws, execution)
    assert description["status"] == "ABORTED"
    assert description["error"] == "Stopped"
    assert description["cause"] == "by test"
    time.sleep(0.6)
    assert read_history(aws, execution)[-1]["type"] == "ExecutionAborted"


def test_history_links_events_of_map_items(aws: Aws, sleep: str) -> None:
    """GetExecutionHistory links each event to an earlier one, so that a timeline can be drawn."""
    execution = start_execution(
        aws, create_machine(aws, chain(Map=map_state(call_function(sleep), MaxConcurrency=2))), [0.2, 0.1, 0.1]
    )
    wait_for_end(aws, execution)
    events = {event["id"]: event for event in read_history(aws, execution)}
    started = [event for event in events.values() if event["type"] == "MapIterationStarted"]
    assert [event["mapIterationStartedEventDetails"]["index"] for event in started] == [0, 1, 2]
    assert [event["type"] for event in events.values()].count("MapIterationSucceeded") == 3
    for event in events.values():
        previous = events.get(event.get("previousEventId", 0))
        assert previous is None or previous["timestamp"] <= event["timestamp"]
    steps = {"MapIterationStarted": 1, "MapIterationSucceeded": -1}
    running = list(itertools.accumulate(steps.get(event["type"], 0) for event in events.values()))
    assert max(running) == 2  # MaxConcurrency
    first = next(event for event in events.values() if event["type"] == "TaskStateExited")
    assert first["stateExitedEventDetails"]["name"] == "Item"
    ancestors = []
    while first.get("previousEventId"):
        first = events[first["previousEventId"]]
        ancestors.append(first["type"])
    assert ancestors == ["TaskSucceeded", "TaskStarted", "TaskScheduled", "TaskStateEntered", "MapIterationStarted",
                       "MapStateStarted", "MapStateEntered", "ExecutionStarted"]  # fmt: skip


def test_failed_execution_has_error_without_output(aws: Aws, raise_named_error: str) -> None:
    """DescribeExecution returns the output of a successful execution, or error and cause."""
    description = run_machine(aws, chain(State=call_function(raise_named_error, "Spoilt")))
    assert description["error"] == "Spoilt"
    assert "output" not in description
    assert "because of Spoilt" in description["cause"]
