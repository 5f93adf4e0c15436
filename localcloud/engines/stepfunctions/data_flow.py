"""Input and output processing: what of its input a state works on, and what of its result it hands on."""

from typing import TYPE_CHECKING, Any

from localcloud.engines.stepfunctions import jsonpath
from localcloud.engines.stepfunctions.payload import to_bounded_json

if TYPE_CHECKING:
    from localcloud.engines.stepfunctions.branch import Branch


def given(branch: "Branch", state: dict[str, Any], data: Any) -> Any:
    """The input after InputPath."""
    return _selected(branch, state, "InputPath", data)


def parameters(branch: "Branch", state: dict[str, Any], data: Any) -> Any:
    """The input after InputPath and Parameters, within the size limit."""
    data = given(branch, state, data)
    if "Parameters" not in state:
        return data
    filled = branch.resolver(data).fill(state["Parameters"])
    to_bounded_json(filled, "input after Parameters")
    return filled


def after(branch: "Branch", state: dict[str, Any], data: Any, result: Any) -> tuple[Any, str | None]:
    """The output for a state's raw input and its result: ResultSelector, ResultPath, OutputPath; and what is next."""
    if "ResultSelector" in state:
        result = branch.resolver(result).fill(state["ResultSelector"])
    path = state.get("ResultPath", "$")
    return out(branch, state, data if path is None else jsonpath.put(path, data, result))


def out(branch: "Branch", state: dict[str, Any], data: Any) -> tuple[Any, str | None]:
    """The output after OutputPath, and what is next."""
    return _selected(branch, state, "OutputPath", data), state.get("Next")


def number(branch: "Branch", state: dict[str, Any], field: str, data: Any, otherwise: Any = None) -> Any:
    """A number that a state gives as `field` or as a path in `field`Path."""
    path = state.get(f"{field}Path")
    return branch.resolver(data).read(path, f"{field}Path") if path else state.get(field, otherwise)


def _selected(branch: "Branch", state: dict[str, Any], field: str, data: Any) -> Any:
    path = state.get(field, "$")
    if path is None:
        return {}
    return data if path == "$" else branch.resolver(data).read(path, field)
