"""State machines as this project uses them: Map, Retry, Catch, Choice, Parallel, and data flow between states."""

import json
import time

import pytest

from tests.support.localcloud.aws import Aws
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
PROBE = """
import time
def handler(event, context):
    began = time.time()
    time.sleep(event["seconds"])
    return {"index": event["index"], "began": began, "ended": time.time()}
"""


@pytest.fixture(scope="module")
def failing(aws: Aws) -> str:
    """A function that raises an exception of the class that its event names."""
    return aws.create_function(RAISE_NAMED_ERROR)


@pytest.fixture(scope="module")
def echo(aws: Aws) -> str:
    return aws.create_function("def handler(event, context): return event")


def test_map_limits_concurrency_and_keeps_order(aws: Aws) -> None:
    selector = {"index.$": "$$.Map.Item.Index", "seconds.$": "$$.Map.Item.Value"}
    task = call_function(aws.create_function(PROBE, Timeout=30))
    state = map_state(task, ItemSelector=selector, MaxConcurrency=3)
    probes = run_for_output(aws, chain(Map=state), [0.6, 0.1, 0.1, 0.1, 0.1, 0.6, 0.1, 0.1])
    assert [probe["index"] for probe in probes] == list(range(8))
    concurrent = [sum(other["began"] <= probe["began"] < other["ended"] for other in probes) for probe in probes]
    assert 2 <= max(concurrent) <= 3


def test_map_item_selector_reads_context_object(aws: Aws) -> None:
    selector = {"index.$": "$$.Map.Item.Index", "value.$": "$$.Map.Item.Value", "of.$": "$.name",
                "execution.$": "$$.Execution.Name"}  # fmt: skip
    machine = create_machine(aws, chain(Map=map_state(PASS, ItemsPath="$.items", ItemSelector=selector)))
    execution = wait_for_end(aws, start_execution(aws, machine, {"items": ["a", {"b": 1}], "name": "n"}))
    assert execution["output"] == [
        {"index": 0, "value": "a", "of": "n", "execution": execution["name"]},
        {"index": 1, "value": {"b": 1}, "of": "n", "execution": execution["name"]},
    ]


@pytest.mark.parametrize(
    ("names", "attempts"), [(["Transient"], 2), (["States.ALL"], 2), (["States.TaskFailed"], 2), (["Spoilt"], 1)]
)
def test_retry_matches_errors_by_class(aws: Aws, failing: str, names: list[str], attempts: int) -> None:
    retry = [{"ErrorEquals": names, "IntervalSeconds": 1, "MaxAttempts": 1, "JitterStrategy": "FULL"}]
    catch = [{"ErrorEquals": ["Transient"], "ResultPath": "$.error", "Next": "Caught"}]
    definition = chain(
        Task={**call_function(failing, "Transient", Retry=retry, Catch=catch), "End": True},
        Caught={"Type": "Pass", "Parameters": {"error.$": "$.error.Error", "kept.$": "$.kept"}},
    )
    execution = start_execution(aws, create_machine(aws, definition), {"kept": 1})
    assert wait_for_end(aws, execution)["output"] == {"error": "Transient", "kept": 1}
    assert [event["type"] for event in read_history(aws, execution)].count("TaskScheduled") == attempts


def test_slow_task_fails_with_timeout(aws: Aws) -> None:
    slow = aws.create_function("import time\ndef handler(event, context): time.sleep(20)", Timeout=30)
    catch = [
        {"ErrorEquals": ["States.TaskFailed"], "Next": "Wrong"},
        {"ErrorEquals": ["States.Timeout"], "Next": "Right"},
    ]
    definition = chain(
        Task={**call_function(slow, 1, TimeoutSeconds=1, Catch=catch), "End": True},
        Right={**PASS, "Result": "right", "End": True},
        Wrong={**PASS, "Result": "wrong"},
    )
    began = time.monotonic()
    assert run_for_output(aws, definition) == "right"
    assert time.monotonic() - began < 10


def test_task_resource_may_be_function_arn(aws: Aws, failing: str, echo: str) -> None:
    prefix = f"arn:aws:lambda:{aws.region}:000000000000:function:"
    assert run_for_output(aws, chain(Task={"Type": "Task", "Resource": prefix + echo}), {"a": 1}) == {"a": 1}
    execution = run_machine(aws, chain(Task={"Type": "Task", "Resource": prefix + failing}), "Spoilt")
    assert execution["error"] == "Spoilt"
    assert json.loads(execution["cause"])["errorMessage"] == "because of Spoilt"


def test_result_path_selector_and_output_path_shape_output(aws: Aws, echo: str) -> None:
    inserted = {"Type": "Pass", "Result": {"x": 1}, "ResultPath": "$.made.here"}
    dropped = call_function(echo, "gone", ResultPath=None, OutputPath="$")
    shaped = {**call_function(echo, {"deep": [1, 2]}), "ResultSelector": {"second.$": "$.Payload.deep[1]"},
              "ResultPath": "$.shaped", "OutputPath": "$"}  # fmt: skip
    assert run_for_output(aws, chain(Inserted=inserted, Dropped=dropped, Shaped=shaped), {"in": 0}) == {
        "in": 0, "made": {"here": {"x": 1}}, "shaped": {"second": 2},
    }  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), [({"n": 5}, "large"), ({"n": 1}, "small"), ({}, "none")])
def test_choice_takes_first_matching_rule(aws: Aws, value: dict[str, int], expected: str) -> None:
    present = {"Variable": "$.n", "IsPresent": True}
    choices = [
        {"And": [present, {"Variable": "$.n", "NumericGreaterThan": 2}], "Next": "large"},
        {**present, "Next": "small"},
    ]
    states = {name: {**PASS, "Result": name, "End": True} for name in ("large", "small", "none")}
    definition = chain(Choice={"Type": "Choice", "Choices": choices, "Default": "none"}, **states)
    assert run_for_output(aws, definition, value) == expected


def test_parallel_branches_get_same_input_in_order(aws: Aws, echo: str) -> None:
    branches = [chain(One=call_function(echo)), chain(Two={**PASS, "Result": 2})]
    assert run_for_output(aws, chain(Both={"Type": "Parallel", "Branches": branches}), {"a": 1}) == [{"a": 1}, 2]
