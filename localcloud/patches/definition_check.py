"""Step Functions refuses a definition that is not Amazon States Language; ministack takes anything as sound."""

from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import stepfunctions

from localcloud.engines.stepfunctions.definition import Problem, find_problems
from localcloud.patches.cloud import Cloud


def apply(_: Cloud) -> None:
    create, update = stepfunctions._create_state_machine, stepfunctions._update_state_machine

    def created(data: dict[str, Any]) -> Any:
        return _refusal(data) or create(data)

    def updated(data: dict[str, Any]) -> Any:
        return (_refusal(data) if "definition" in data else None) or update(data)

    stepfunctions._create_state_machine = created
    stepfunctions._update_state_machine = updated
    stepfunctions._validate_state_machine_definition = _validated


def _found(definition: str) -> list[Problem]:
    return [] if '"JSONata"' in definition else find_problems(definition)  # those have other fields


def _refusal(data: dict[str, Any]) -> Any:
    found = [f"{problem.code}: {problem.message} at {problem.location}" for problem in _found(data["definition"])]
    if not found:
        return None
    return error_response_json("InvalidDefinition", f"Invalid State Machine Definition: '{', '.join(found)}'", 400)


def _validated(data: dict[str, Any]) -> Any:
    diagnostics = [{"severity": "ERROR", "code": problem.code, "message": problem.message, "location": problem.location}
                   for problem in _found(data["definition"])]  # fmt: skip
    most = data.get("maxResults") or 100
    result = "FAIL" if diagnostics else "OK"
    return json_response({"result": result, "diagnostics": diagnostics[:most], "truncated": len(diagnostics) > most})
