"""Payloads of states: JSON text, its size limit, and payload templates."""

import json
from typing import Any

from localcloud.engines.stepfunctions import jsonpath
from localcloud.engines.stepfunctions.errors import StateError, runtime_error
from localcloud.engines.stepfunctions.platform import Platform

MAX_PAYLOAD_BYTES = 262_144


def to_json(value: Any) -> str:
    """Convert a value to compact JSON text."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def json_size(value: Any) -> int:
    """Measure a value's JSON text in bytes."""
    return len(to_json(value).encode())


def to_bounded_json(value: Any, description: str) -> str:
    """Convert a value to JSON text of at most 256 KiB.

    Args:
        value: The value to convert.
        description: Names the value in the error message.

    Raises:
        StateError: States.DataLimitExceeded, which Catch does not match.
    """
    text = to_json(value)
    if len(text) * 4 > MAX_PAYLOAD_BYTES and len(text.encode()) > MAX_PAYLOAD_BYTES:
        cause = (
            f"The {description} has a size exceeding the maximum number of bytes service limit ({MAX_PAYLOAD_BYTES})."
        )
        raise StateError("States.DataLimitExceeded", cause)
    return text


class Resolver:
    """Resolves the paths and payload templates of one state.

    Args:
        platform: Computes intrinsic functions.
        data: The value that `$` refers to.
        context: The context object, which `$$` refers to.
    """

    def __init__(self, platform: Platform, data: Any, context: dict[str, Any]) -> None:
        self._platform = platform
        self._data = data
        self._context = context

    def find(self, path: str) -> Any:
        """Find the value that a path selects, or jsonpath.MISSING."""
        return jsonpath.find_value(path, self._context if path.startswith("$$") else self._data)

    def resolve(self, path: str, field: str) -> Any:
        """Resolve a path or an intrinsic function.

        Args:
            path: The path, or a call such as States.Format(...).
            field: The field of the definition that holds it, for error messages.

        Raises:
            StateError: States.Runtime if the path selects nothing, States.IntrinsicFailure if the function fails.
        """
        if not path.startswith("States."):
            return self._require(path, field)
        try:
            return self._platform.call_intrinsic(path, lambda inner: self._require(inner, field))
        except StateError:
            raise
        except Exception as error:  # the platform's functions raise various Python exceptions
            raise StateError("States.IntrinsicFailure", f"{path} in the field '{field}' failed: {error}") from None

    def fill(self, template: Any) -> Any:
        """Fill a payload template: replace each field `name.$` by `name` and the value of its path."""
        if isinstance(template, list):
            return [self.fill(item) for item in template]
        if not isinstance(template, dict):
            return template
        return dict(self._fill_field(name, value) for name, value in template.items())

    def _fill_field(self, name: str, value: Any) -> tuple[str, Any]:
        if name.endswith(".$"):
            return name[:-2], self.resolve(value, name)
        return name, self.fill(value)

    def _require(self, path: str, field: str) -> Any:
        value = self.find(path)
        if value is jsonpath.MISSING:
            source = "context object" if path.startswith("$$") else f"input '{to_json(self._data)[:1000]}'"
            cause = f"The JSONPath '{path}' specified for the field '{field}' could not be found in the {source}"
            raise runtime_error(cause)
        return value
