"""Finds what is wrong with a definition in JSONPath, as Step Functions does before it takes one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from localcloud.engines.stepfunctions import schema

PLACES = ("Next", "Default")


@dataclass(frozen=True)
class Problem:
    """`location` is the place as a path of member names, such as /States/Split."""

    code: str
    message: str
    location: str


def find_problems(text: str) -> list[Problem]:
    """All that is wrong with a definition's text; nothing is, when the list is empty."""
    try:
        definition = json.loads(text)
    except ValueError as error:
        return [Problem("INVALID_JSON_DESCRIPTION", str(error), "/")]
    if not isinstance(definition, dict):
        return [Problem("INVALID_JSON_DESCRIPTION", "The definition is no object", "/")]
    return list(_machine(definition, "", schema.MACHINE))


def _machine(machine: dict[str, Any], place: str, allowed: schema.Fields) -> Iterator[Problem]:
    """Problems of a machine, or of a branch or an item processor, which are machines within one."""
    yield from _fields(machine, place, allowed, ("StartAt", "States"))
    states = machine.get("States")
    if not isinstance(states, dict) or not isinstance(machine.get("StartAt"), str):
        return
    reached = {machine["StartAt"]}
    if machine["StartAt"] not in states:
        yield Problem("MISSING_TRANSITION_TARGET", f"Missing target: {machine['StartAt']}", f"{place}/StartAt")
    for name, state in states.items():
        here = f"{place}/States/{name}"
        if len(name) > 80:
            yield _schema("The name of a state has at most 80 characters", here)
        if not isinstance(state, dict) or state.get("Type") not in schema.STATES:
            yield _schema(f"Type must be one of {', '.join(schema.STATES)}", f"{here}/Type")
            continue
        yield from _state(state, here)
        for target in _targets(state):
            reached.add(target)
            if target not in states:
                yield Problem("MISSING_TRANSITION_TARGET", f"Missing 'Next' target: {target}", here)
    for name in states.keys() - reached:
        yield Problem("MISSING_TRANSITION_TARGET", f'State "{name}" is not reachable.', f"{place}/States/{name}")


def _state(state: dict[str, Any], here: str) -> Iterator[Problem]:
    kind = schema.STATES[state["Type"]]
    yield from _fields(state, here, kind.fields, kind.required)
    if kind.continues and ("Next" in state) == (state.get("End") is True):
        yield _schema("A state has either Next or End", here)
    for number, rule in enumerate(state.get("Retry", []) if isinstance(state.get("Retry", []), list) else []):
        yield from _fields(rule, f"{here}/Retry[{number}]", schema.RETRIER, ("ErrorEquals",))
        if rule.get("MaxDelaySeconds", 1 << 40) <= rule.get("IntervalSeconds", 1):
            yield _schema("MaxDelaySeconds must be greater than IntervalSeconds", f"{here}/Retry[{number}]")
    for number, rule in enumerate(state.get("Catch", []) if isinstance(state.get("Catch", []), list) else []):
        yield from _fields(rule, f"{here}/Catch[{number}]", schema.CATCHER, ("ErrorEquals", "Next"))
    for name in ("Retry", "Catch"):
        for rule in state.get(name, [])[:-1]:
            if "States.ALL" in rule.get("ErrorEquals", []):
                yield _schema("States.ALL must be in the last one", f"{here}/{name}")
    if state["Type"] == "Choice":
        for number, rule in enumerate(state.get("Choices", [])):
            yield from _choice(rule, f"{here}/Choices[{number}]", top=True)
    for number, branch in enumerate(state.get("Branches", [])):
        yield from _machine(branch, f"{here}/Branches[{number}]", schema.BRANCH)
    if state["Type"] == "Map":
        yield from _map(state, here)


def _map(state: dict[str, Any], here: str) -> Iterator[Problem]:
    name = "ItemProcessor" if "ItemProcessor" in state else "Iterator"
    processor = state.get(name)
    if not isinstance(processor, dict):
        yield _schema("These fields are required: [ItemProcessor]", here)
        return
    yield from _machine(processor, f"{here}/{name}", schema.PROCESSOR)
    config = processor.get("ProcessorConfig", {})
    if config.get("Mode", "INLINE") == "DISTRIBUTED":
        if config.get("ExecutionType") not in ("STANDARD", "EXPRESS"):
            yield _schema("ExecutionType must be STANDARD or EXPRESS", f"{here}/{name}/ProcessorConfig")
        return
    for field in schema.DISTRIBUTED & state.keys():
        yield _schema("Field is not supported unless Mode is DISTRIBUTED", f"{here}/{field}")


def _choice(rule: Any, here: str, *, top: bool) -> Iterator[Problem]:
    if not isinstance(rule, dict) or (top and "Next" not in rule):
        yield _schema("These fields are required: [Next]", here)
        return
    inner = [rule["Not"]] if "Not" in rule else rule.get("And", rule.get("Or"))
    if inner is not None:
        for part in inner:
            yield from _choice(part, here, top=False)
        return
    tests = [name for name in rule if schema.comparison(name)]
    if len(tests) != 1 or not schema.path(rule.get("Variable")):
        yield _schema("A rule has a Variable, which is a path, and exactly one comparison", here)


def _fields(value: Any, place: str, allowed: schema.Fields, required: tuple[str, ...]) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield _schema("The value is no object", place)
        return
    lacking = [name for name in required if name not in value and f"{name}Path" not in value]
    if lacking:
        yield _schema(f"These fields are required: {lacking}", place or "/")
    for name, given in value.items():
        if name not in allowed:
            yield _schema("Field is not supported", f"{place}/{name}")
        elif sentence := allowed[name](given):
            yield _schema(sentence, f"{place}/{name}")


def _targets(state: dict[str, Any]) -> Iterator[str]:
    yield from (state[name] for name in PLACES if isinstance(state.get(name), str))
    for name in ("Choices", "Catch"):
        rules_ = state.get(name)
        yield from (rule["Next"] for rule in rules_ or [] if isinstance(rule, dict) and "Next" in rule)


def _schema(message: str, location: str) -> Problem:
    return Problem("SCHEMA_VALIDATION_FAILED", message, location)
