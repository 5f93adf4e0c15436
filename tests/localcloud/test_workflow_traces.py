"""An execution has its place in a trace: "Trace Step Functions request data in AWS X-Ray"."""

import json
from typing import Any

from tests.localcloud.test_function_traces import ACTIVE, TELLS, seen
from tests.support.localcloud import state_machines, traces
from tests.support.localcloud.aws import ALLOW_ALL, Aws, allow, unique_name

MACHINE = "AWS::StepFunctions::StateMachine"


def execute(aws: Aws, function: str, *statements: Any, tracing: bool = True) -> tuple[str, Any]:
    """The trace that an execution was started in, and what its task saw."""
    definition = state_machines.chain(
        Many=state_machines.map_state(state_machines.call_function(function), MaxConcurrency=1)
    )
    made = aws.client("stepfunctions").create_state_machine(
        name=unique_name("machine"), definition=json.dumps(definition), roleArn=aws.create_role("states", *statements),
        tracingConfiguration={"enabled": tracing},
    )  # fmt: skip
    trace = traces.new_trace_id()
    execution = aws.client("stepfunctions").start_execution(
        stateMachineArn=made["stateMachineArn"], input='[""]', traceHeader=traces.trace_header(trace)
    )["executionArn"]
    return trace, state_machines.wait_for_end(aws, execution)["output"][0]


def test_tasks_belong_to_the_executions_trace(aws: Aws) -> None:
    trace, told = execute(aws, aws.create_function(TELLS, **ACTIVE), ALLOW_ALL)
    assert seen(told)["Root"] == trace
    found = traces.wait_for_segments(aws, trace, MACHINE, "AWS::Lambda", "AWS::Lambda::Function")
    assert found["AWS::Lambda"]["parent_id"] == found[MACHINE]["id"]
    assert found[MACHINE]["parent_id"] == "53995c3f42cd8ad8"


def test_without_tracing_the_trace_ends_there(aws: Aws) -> None:
    trace, told = execute(aws, aws.create_function(TELLS, **ACTIVE), ALLOW_ALL, tracing=False)
    assert seen(told)["Root"] != trace
    assert traces.read_segments(aws, trace) == {}


def test_the_role_must_let_it(aws: Aws) -> None:
    trace, told = execute(aws, aws.create_function(TELLS, **ACTIVE), allow("lambda:InvokeFunction"))
    assert seen(told)["Root"] == trace
    assert MACHINE not in traces.wait_for_segments(aws, trace, "AWS::Lambda")
