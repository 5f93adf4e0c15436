"""Input and output processing: InputPath, Parameters, ResultSelector, ResultPath and OutputPath."""

from typing import TYPE_CHECKING, Any

from localcloud.engines.stepfunctions import jsonpath
from localcloud.engines.stepfunctions.payload import to_bounded_json

if TYPE_CHECKING:
    from localcloud.engines.stepfunctions.branch import Branch


def apply_input_path(branch: "Branch", state: dict[str, Any], data: Any) -> Any:
    """Apply InputPath to a state's input."""
    return _select(branch, state, "InputPath", data)


def apply_parameters(branch: "Branch", state: dict[str, Any], data: Any) -> Any:
    """Apply InputPath and Parameters to a state's input.

    Raises:
        StateError: States.DataLimitExceeded if it is too large.
    """
    data = apply_input_path(branch, state, data)
    if "Parameters" not in state:
        return data
    filled = branch.create_resolver(data).fill(state["Parameters"])
    to_bounded_json(filled, "input after Parameters")
    return filled


def apply_result(branch: "Branch", state: dict[str, Any], data: Any, result: Any) -> tuple[Any, str | None]:
    """Apply ResultSelector, ResultPath and OutputPath.

    Args:
        branch: The branch that runs the state.
        state: The state's definition.
        data: The state's input, before InputPath.
        result: The state's result.

    Returns:
        The output and the name of the next state.
    """
    if "ResultSelector" in state:
        result = branch.create_resolver(result).fill(state["ResultSelector"])
    path = state.get("ResultPath", "$")
    return apply_output_path(branch, state, data if path is None else jsonpath.insert_value(path, data, result))


def apply_output_path(branch: "Branch", state: dict[str, Any], data: Any) -> tuple[Any, str | None]:
    """Apply OutputPath; return the output and the name of the next state."""
    return _select(branch, state, "OutputPath", data), state.get("Next")


def get_field(branch: "Branch", state: dict[str, Any], field: str, data: Any, default: Any = None) -> Any:
    """Get the value of a field that a state may also define as a path, in `field`Path."""
    path = state.get(f"{field}Path")
    return branch.create_resolver(data).resolve(path, f"{field}Path") if path else state.get(field, default)


def _select(branch: "Branch", state: dict[str, Any], field: str, data: Any) -> Any:
    path = state.get(field, "$")
    if path is None:
        return {}
    return data if path == "$" else branch.create_resolver(data).resolve(path, field)
