"""State machines' definitions as the tests see them: their states, and the functions that they name."""

from collections.abc import Iterator
from typing import Any

State = dict[str, Any]


def machines(definition: State) -> Iterator[State]:
    """The definition, and each definition inside it: a map's processor, a parallel's branches."""
    yield definition
    for state in definition["States"].values():
        for inner in [state.get("ItemProcessor"), *state.get("Branches", [])]:
            if inner:
                yield from machines(inner)


def states(definition: State, kind: str | None = None) -> dict[str, State]:
    """Every state, of one type or of any, by its name."""
    found = [named for machine in machines(definition) for named in machine["States"].items()]
    return {name: state for name, state in found if kind in (None, state["Type"])}


def unreachable(definition: State) -> set[str]:
    """The states that no path from the start of their machine leads to."""
    lost: set[str] = set()
    for machine in machines(definition):
        reached: set[str] = set()
        ahead = [machine["StartAt"]]
        while ahead:
            name = ahead.pop()
            if name not in reached:
                reached.add(name)
                ahead.extend(_following(machine["States"][name]))
        lost |= machine["States"].keys() - reached
    return lost


def named_functions(definition: State) -> set[str]:
    """The functions that the definition's tasks call, as they name them."""
    tasks = states(definition, "Task").values()
    named = [task.get("Parameters", {}).get("FunctionName", task["Resource"]) for task in tasks]
    return {name for name in named if not name.startswith("arn:aws:states:")}


def _following(state: State) -> list[str]:
    choices = [*state.get("Choices", []), *state.get("Catch", [])]
    ahead = [state.get("Next"), state.get("Default"), *(choice["Next"] for choice in choices)]
    return [name for name in ahead if name]
