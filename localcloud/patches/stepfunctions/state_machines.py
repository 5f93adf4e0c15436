"""Patches of state machines and executions as they are created: definitions, tracing settings and names."""

import json
import re
import threading
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import stepfunctions

from localcloud.engines.stepfunctions.definition import Problem, find_problems
from localcloud.engines.stepfunctions.payload import MAX_PAYLOAD_BYTES
from localcloud.patches.cloud import Cloud
from localcloud.patches.registry import patch

MAX_DIAGNOSTICS = 100

_EXECUTION_NAME = re.compile(r"""[^\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}""")

_lock = threading.Lock()


@patch("definition_validation")
def apply_definition_validation(_: Cloud) -> None:
    """Reject invalid definitions.

    AWS: rejects a definition that is not valid Amazon States Language, and ValidateStateMachineDefinition lists its
        problems (Step Functions API Reference, "CreateStateMachine" and "ValidateStateMachineDefinition").
    ministack: accepts any definition and finds all of them valid.
    Upstream: could be offered.
    """
    create, update = stepfunctions._create_state_machine, stepfunctions._update_state_machine

    def create_valid(data: dict[str, Any]) -> Any:
        return _reject_definition(data) or create(data)

    def update_valid(data: dict[str, Any]) -> Any:
        return (_reject_definition(data) if "definition" in data else None) or update(data)

    stepfunctions._create_state_machine = create_valid
    stepfunctions._update_state_machine = update_valid
    stepfunctions._validate_state_machine_definition = _validate_definition


@patch("state_machine_tracing", after=["definition_validation"])
def apply_state_machine_tracing(_: Cloud) -> None:
    """Keep tracingConfiguration.

    AWS: DescribeStateMachine returns `tracingConfiguration` (Step Functions API Reference, "DescribeStateMachine").
    ministack: drops it, so Terraform plans the same changes on every run.
    Upstream: could be offered.
    """
    stepfunctions._create_state_machine = _keep_tracing(stepfunctions._create_state_machine)
    stepfunctions._update_state_machine = _keep_tracing(stepfunctions._update_state_machine)


@patch("execution_names", after=["execution_traces"])
def apply_execution_names(_: Cloud) -> None:
    """Make StartExecution idempotent by name, and validate names and inputs.

    AWS: a call with the name and the input of a running execution returns that execution; for an ended execution or
        another input it fails with `ExecutionAlreadyExists` (Step Functions API Reference, "StartExecution").
    ministack: always rejects the second call, and accepts any name and input.
    Upstream: could be offered.
    """
    start = stepfunctions._start_execution

    def start_once(data: dict[str, Any]) -> Any:
        with _lock:  # requests come from one thread, nested executions from others
            return _reject_execution(data) or _find_running(data) or start(data)

    stepfunctions._start_execution = start_once


def _find_problems(definition: str) -> list[Problem]:
    return [] if '"JSONata"' in definition else find_problems(definition)  # JSONata has other fields


def _reject_definition(data: dict[str, Any]) -> Any:
    problems = _find_problems(data["definition"])
    if not problems:
        return None
    listed = ", ".join(f"{problem.code}: {problem.message} at {problem.location}" for problem in problems)
    return error_response_json("InvalidDefinition", f"Invalid State Machine Definition: '{listed}'", 400)


def _validate_definition(data: dict[str, Any]) -> Any:
    diagnostics = [{"severity": "ERROR", "code": problem.code, "message": problem.message, "location": problem.location}
                   for problem in _find_problems(data["definition"])]  # fmt: skip
    limit = data.get("maxResults") or MAX_DIAGNOSTICS
    result = "FAIL" if diagnostics else "OK"
    return json_response({"result": result, "diagnostics": diagnostics[:limit], "truncated": len(diagnostics) > limit})


def _keep_tracing(change: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    def change_and_keep(data: dict[str, Any]) -> Any:
        response = change(data)
        name = data.get("name")
        arn = data.get("stateMachineArn") or f"arn:aws:states:{get_region()}:{get_account_id()}:stateMachine:{name}"
        if response[0] == 200:
            record = stepfunctions._state_machines[arn]
            record.setdefault("tracingConfiguration", {"enabled": False})
            if "tracingConfiguration" in data:
                record["tracingConfiguration"] = data["tracingConfiguration"]
        return response

    return change_and_keep


def _reject_execution(data: dict[str, Any]) -> Any:
    name, execution_input = data.get("name"), data.get("input", "{}")
    if name is not None and not _EXECUTION_NAME.fullmatch(name):
        return error_response_json("InvalidName", f"Invalid Name: '{name}'", 400)
    if len(execution_input.encode()) > MAX_PAYLOAD_BYTES:
        message = f"1 validation error detected: 'input' must have length less than or equal to {MAX_PAYLOAD_BYTES}"
        return error_response_json("ValidationException", message, 400)
    try:
        json.loads(execution_input)
    except ValueError as error:
        message = f"Invalid State Machine Execution Input: '{error}'"
        return error_response_json("InvalidExecutionInput", message, 400)
    return None


def _find_running(data: dict[str, Any]) -> Any:
    """Return the response for the running execution with the same name and input, or None."""
    machine = data.get("stateMachineArn", "").rsplit(":", 1)[-1]
    arn = f"arn:aws:states:{get_region()}:{get_account_id()}:execution:{machine}:{data.get('name')}"
    record = stepfunctions._executions.get(arn)
    if record is None or record["status"] != "RUNNING" or record["input"] != data.get("input", "{}"):
        return None
    return json_response({"executionArn": arn, "startDate": record["startDate"]})
