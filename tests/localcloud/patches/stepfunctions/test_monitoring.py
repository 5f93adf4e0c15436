"""Logs, metrics and traces of executions.

Step Functions Developer Guide, "Using CloudWatch Logs to log execution history", "Monitoring Step Functions metrics
using Amazon CloudWatch" and "Trace Step Functions request data in AWS X-Ray".
"""

import json
import time
from typing import Any

from tests.support.localcloud import metrics, state_machines, traces
from tests.support.localcloud.aws import ACCOUNT, ALLOW_ALL, Aws, Statement, allow, unique_name
from tests.support.localcloud.state_machines import (
    RAISE_NAMED_ERROR,
    call_function,
    chain,
    start_execution,
    wait_for_end,
)

CATCH = [{"ErrorEquals": ["States.ALL"], "Next": "Fail"}]
WAIT = {"Type": "Wait", "Seconds": 1}
FAIL = {"Type": "Fail", "Error": "Bad"}
MACHINE_ORIGIN = "AWS::StepFunctions::StateMachine"


def read_logged_events(aws: Aws, level: str, statement: Statement = ALLOW_ALL) -> list[dict[str, Any]]:
    """Run a failing execution of a new state machine; return its logged events."""
    group = unique_name("/aws/vendedlogs/states/group")
    aws.client("logs").create_log_group(logGroupName=group)
    arn = f"arn:aws:logs:{aws.region}:{ACCOUNT}:log-group:{group}:*"
    task = {**call_function(aws.create_function(RAISE_NAMED_ERROR), "Spoilt"), "Catch": CATCH, "End": True}
    logging = {"level": level, "includeExecutionData": False,
               "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}]}  # fmt: skip
    definition = chain(Task=task, Fail=FAIL)
    statements = allow("lambda:InvokeFunction"), statement
    machine = state_machines.create_machine(aws, definition, *statements, loggingConfiguration=logging)
    wait_for_end(aws, start_execution(aws, machine, {"secret": 1}))
    time.sleep(0.3)  # logs are written after the end
    events = aws.client("logs").filter_log_events(logGroupName=group)["events"]
    return [json.loads(event["message"]) for event in events]


def test_error_events_are_logged_without_data(aws: Aws) -> None:
    lines = read_logged_events(aws, "ERROR")
    assert [line["type"] for line in lines] == ["TaskFailed", "FailStateEntered", "ExecutionFailed"]
    assert lines[0]["details"]["error"] == "Spoilt"
    assert "secret" not in json.dumps(lines)


def test_log_level_selects_events(aws: Aws) -> None:
    assert [line["type"] for line in read_logged_events(aws, "FATAL")] == ["ExecutionFailed"]
    assert len(read_logged_events(aws, "ALL")) > 5


def test_logs_need_delivery_permission_of_role(aws: Aws) -> None:
    """The role needs logs:CreateLogDelivery on all resources."""
    assert read_logged_events(aws, "ERROR", allow("logs:PutLogEvents")) == []
    assert read_logged_events(aws, "ERROR", allow("logs:CreateLogDelivery"))


def read_counts(aws: Aws, machine: str) -> dict[str, float | None]:
    names = ("Started", "Succeeded", "Failed", "TimedOut", "Aborted")
    return {name: read_metric(aws, machine, f"Executions{name}", "Sum") for name in names}


def read_metric(aws: Aws, machine: str, metric: str, statistic: str) -> float | None:
    return metrics.read_statistic(aws, "AWS/States", metric, {"StateMachineArn": machine}, statistic)


def run_to_end(aws: Aws, definition: dict[str, Any]) -> str:
    machine = state_machines.create_machine(aws, definition)
    state_machines.wait_for_end(aws, state_machines.start_execution(aws, machine))
    return machine


def test_executions_are_counted_by_status(aws: Aws) -> None:
    counts = {"Started": 1, "Succeeded": 0, "Failed": 0, "TimedOut": 0, "Aborted": 0}
    assert read_counts(aws, run_to_end(aws, state_machines.chain(Fails=FAIL))) == {**counts, "Failed": 1}
    timing_out = {**state_machines.chain(Waits={**WAIT, "Seconds": 9}), "TimeoutSeconds": 1}
    assert read_counts(aws, run_to_end(aws, timing_out)) == {**counts, "TimedOut": 1}


def test_stopped_execution_counts_as_aborted(aws: Aws) -> None:
    machine = state_machines.create_machine(aws, state_machines.chain(Waits=WAIT))
    aws.client("stepfunctions").stop_execution(executionArn=state_machines.start_execution(aws, machine))
    assert read_counts(aws, machine)["Aborted"] == 1


def test_execution_time_is_recorded(aws: Aws) -> None:
    machine = run_to_end(aws, state_machines.chain(Waits=WAIT))
    assert 1000 <= (read_metric(aws, machine, "ExecutionTime", "p99") or 0.0) < 3000


def run_with_trace(aws: Aws, function: str, *statements: Any, tracing: bool = True) -> tuple[str, Any]:
    """Start an execution with a trace header; return the trace's id, and the header that its task's function got."""
    definition = state_machines.chain(
        Many=state_machines.map_state(state_machines.call_function(function), MaxConcurrency=1)
    )
    machine = state_machines.create_machine(aws, definition, *statements, tracingConfiguration={"enabled": tracing})
    trace = traces.new_trace_id()
    execution = aws.client("stepfunctions").start_execution(
        stateMachineArn=machine, input='[""]', traceHeader=traces.trace_header(trace)
    )["executionArn"]
    return trace, state_machines.wait_for_end(aws, execution)["output"][0]


def test_tasks_continue_executions_trace(aws: Aws) -> None:
    trace, header = run_with_trace(aws, aws.create_function(traces.RETURN_HEADER, **traces.ACTIVE_TRACING), ALLOW_ALL)
    assert traces.parse_header(header)["Root"] == trace
    segments = traces.wait_for_segments(aws, trace, MACHINE_ORIGIN, "AWS::Lambda", "AWS::Lambda::Function")
    assert segments["AWS::Lambda"]["parent_id"] == segments[MACHINE_ORIGIN]["id"]
    assert segments[MACHINE_ORIGIN]["parent_id"] == traces.PARENT


def test_machine_without_tracing_ends_trace(aws: Aws) -> None:
    trace, header = run_with_trace(
        aws, aws.create_function(traces.RETURN_HEADER, **traces.ACTIVE_TRACING), ALLOW_ALL, tracing=False
    )
    assert traces.parse_header(header)["Root"] != trace
    assert traces.read_segments(aws, trace) == {}


def test_role_without_xray_permission_writes_no_segment(aws: Aws) -> None:
    trace, header = run_with_trace(
        aws, aws.create_function(traces.RETURN_HEADER, **traces.ACTIVE_TRACING), allow("lambda:InvokeFunction")
    )
    assert traces.parse_header(header)["Root"] == trace
    assert MACHINE_ORIGIN not in traces.wait_for_segments(aws, trace, "AWS::Lambda")
