"""Reads definitions of state machines: their states, and the functions that they invoke."""

from collections.abc import Iterator
from typing import Any

State = dict[str, Any]


def machines(definition: State) -> Iterator[State]:
    """Yield the definition and each definition inside it: of a map's processor, of a parallel state's branches."""
    yield definition
    for state in definition["States"].values():
        for inner in [state.get("ItemProcessor"), *state.get("Branches", [])]:
            if inner:
                yield from machines(inner)


def states(definition: State, kind: str | None = None) -> dict[str, State]:
    """Return the states by name, of all types or only of the type `kind`."""
    items = [item for machine in machines(definition) for item in machine["States"].items()]
    return {name: state for name, state in items if kind in (None, state["Type"])}


def unreachable(definition: State) -> set[str]:
    """Return the names of states that no path from the start of their machine leads to."""
    names: set[str] = set()
    for machine in machines(definition):
        reached: set[str] = set()
        pending = [machine["StartAt"]]
        while pending:
            name = pending.pop()
            if name not in reached:
                reached.add(name)
                pending.extend(_successors(machine["States"][name]))
        names |= machine["States"].keys() - reached
    return names


def named_functions(definition: State) -> set[str]:
    """Return the functions that tasks invoke, as the definition names them."""
    tasks = states(definition, "Task").values()
    names = [task.get("Parameters", {}).get("FunctionName", task["Resource"]) for task in tasks]
    return {name for name in names if not name.startswith("arn:aws:states:")}


def _successors(state: State) -> list[str]:
    choices = [*state.get("Choices", []), *state.get("Catch", [])]
    names = [state.get("Next"), state.get("Default"), *(choice["Next"] for choice in choices)]
    return [name for name in names if name]
