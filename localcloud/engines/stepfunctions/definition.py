"""Validates definitions of state machines in JSONPath, as Step Functions does at creation."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from localcloud.engines.stepfunctions import schema
from localcloud.engines.stepfunctions.choice import is_comparison

TRANSITION_FIELDS = ("Next", "Default")
MAX_NAME_LENGTH = 80


@dataclass(frozen=True)
class Problem:
    """A problem of a definition.

    Attributes:
        code: The code of ValidateStateMachineDefinition.
        message: A message for people.
        location: A path of field names, for example /States/Split.
    """

    code: str
    message: str
    location: str


def find_problems(text: str) -> list[Problem]:
    """Validate a definition; the list is empty if it is valid."""
    try:
        definition = json.loads(text)
    except ValueError as error:
        return [Problem("INVALID_JSON_DESCRIPTION", str(error), "/")]
    if not isinstance(definition, dict):
        return [Problem("INVALID_JSON_DESCRIPTION", "The definition is not an object", "/")]
    return list(_check_machine(definition, "", schema.MACHINE))


def _check_machine(machine: dict[str, Any], location: str, allowed: schema.Fields) -> Iterator[Problem]:
    """Yield problems of a state machine, or of a branch or an item processor, which have the same structure."""
    yield from _check_fields(machine, location, allowed, ("StartAt", "States"))
    states = machine.get("States")
    if not isinstance(states, dict) or not isinstance(machine.get("StartAt"), str):
        return
    reached = {machine["StartAt"]}
    if machine["StartAt"] not in states:
        yield Problem("MISSING_TRANSITION_TARGET", f"Missing target: {machine['StartAt']}", f"{location}/StartAt")
    for name, state in states.items():
        here = f"{location}/States/{name}"
        if len(name) > MAX_NAME_LENGTH:
            yield _schema_problem(f"The name of a state has at most {MAX_NAME_LENGTH} characters", here)
        if not isinstance(state, dict) or state.get("Type") not in schema.STATES:
            yield _schema_problem(f"Type must be one of {', '.join(schema.STATES)}", f"{here}/Type")
            continue
        yield from _check_state(state, here)
        for target in _get_targets(state):
            reached.add(target)
            if target not in states:
                yield Problem("MISSING_TRANSITION_TARGET", f"Missing 'Next' target: {target}", here)
    for name in states.keys() - reached:
        yield Problem("MISSING_TRANSITION_TARGET", f'State "{name}" is not reachable.', f"{location}/States/{name}")


def _check_state(state: dict[str, Any], here: str) -> Iterator[Problem]:
    kind = schema.STATES[state["Type"]]
    yield from _check_fields(state, here, kind.fields, kind.required)
    if kind.continues and ("Next" in state) == (state.get("End") is True):
        yield _schema_problem("A state has either Next or End", here)
    yield from _check_error_handling(state, here)
    if state["Type"] == "Choice":
        for number, rule in enumerate(state.get("Choices", [])):
            yield from _check_choice(rule, f"{here}/Choices[{number}]", top=True)
    for number, branch in enumerate(state.get("Branches", [])):
        yield from _check_machine(branch, f"{here}/Branches[{number}]", schema.BRANCH)
    if state["Type"] == "Map":
        yield from _check_map(state, here)


def _check_error_handling(state: dict[str, Any], here: str) -> Iterator[Problem]:
    for number, rule in enumerate(_get_list(state, "Retry")):
        yield from _check_fields(rule, f"{here}/Retry[{number}]", schema.RETRIER, ("ErrorEquals",))
        if rule.get("MaxDelaySeconds", 1 << 40) <= rule.get("IntervalSeconds", 1):
            yield _schema_problem("MaxDelaySeconds must be greater than IntervalSeconds", f"{here}/Retry[{number}]")
    for number, rule in enumerate(_get_list(state, "Catch")):
        yield from _check_fields(rule, f"{here}/Catch[{number}]", schema.CATCHER, ("ErrorEquals", "Next"))
    for name in ("Retry", "Catch"):
        for rule in state.get(name, [])[:-1]:
            if "States.ALL" in rule.get("ErrorEquals", []):
                yield _schema_problem("States.ALL must be in the last one", f"{here}/{name}")


def _check_map(state: dict[str, Any], here: str) -> Iterator[Problem]:
    name = "ItemProcessor" if "ItemProcessor" in state else "Iterator"
    processor = state.get(name)
    if not isinstance(processor, dict):
        yield _schema_problem("These fields are required: [ItemProcessor]", here)
        return
    yield from _check_machine(processor, f"{here}/{name}", schema.PROCESSOR)
    config = processor.get("ProcessorConfig", {})
    if config.get("Mode", "INLINE") == "DISTRIBUTED":
        if config.get("ExecutionType") not in ("STANDARD", "EXPRESS"):
            yield _schema_problem("ExecutionType must be STANDARD or EXPRESS", f"{here}/{name}/ProcessorConfig")
        return
    for field in schema.DISTRIBUTED & state.keys():
        yield _schema_problem("Field is not supported unless Mode is DISTRIBUTED", f"{here}/{field}")


def _check_choice(rule: Any, here: str, *, top: bool) -> Iterator[Problem]:
    if not isinstance(rule, dict) or (top and "Next" not in rule):
        yield _schema_problem("These fields are required: [Next]", here)
        return
    inner = [rule["Not"]] if "Not" in rule else rule.get("And", rule.get("Or"))
    if inner is not None:
        for part in inner:
            yield from _check_choice(part, here, top=False)
        return
    comparisons = [name for name in rule if is_comparison(name)]
    if len(comparisons) != 1 or not schema.is_path_value(rule.get("Variable")):
        yield _schema_problem("A rule has a Variable, which is a path, and exactly one comparison", here)


def _check_fields(value: Any, location: str, allowed: schema.Fields, required: tuple[str, ...]) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield _schema_problem("The value is not an object", location)
        return
    missing = [name for name in required if name not in value and f"{name}Path" not in value]
    if missing:
        yield _schema_problem(f"These fields are required: {missing}", location or "/")
    for name, content in value.items():
        if name not in allowed:
            yield _schema_problem("Field is not supported", f"{location}/{name}")
        elif message := allowed[name](content):
            yield _schema_problem(message, f"{location}/{name}")


def _get_list(state: dict[str, Any], name: str) -> list[Any]:
    value = state.get(name, [])
    return value if isinstance(value, list) else []


def _get_targets(state: dict[str, Any]) -> Iterator[str]:
    yield from (state[name] for name in TRANSITION_FIELDS if isinstance(state.get(name), str))
    for name in ("Choices", "Catch"):
        rules = state.get(name)
        yield from (rule["Next"] for rule in rules or [] if isinstance(rule, dict) and "Next" in rule)


def _schema_problem(message: str, location: str) -> Problem:
    return Problem("SCHEMA_VALIDATION_FAILED", message, location)
