"""Payload templates: JSON whose members named `x.$` are replaced by what their path or intrinsic function gives."""

from typing import Any

from localcloud.engines.stepfunctions import jsonpath
from localcloud.engines.stepfunctions.errors import StateError, runtime_error
from localcloud.engines.stepfunctions.payload import to_json
from localcloud.engines.stepfunctions.platform import Platform


class Resolver:
    """Reads the paths of one state: `$` in `data`, `$$` in the context object."""

    def __init__(self, platform: Platform, data: Any, context: dict[str, Any]) -> None:
        self._platform = platform
        self._data = data
        self._context = context

    def find(self, path: str) -> Any:
        """What a path selects, or jsonpath.MISSING."""
        return jsonpath.find(path, self._context if path.startswith("$$") else self._data)

    def read(self, path: str, field: str) -> Any:
        """What a path or an intrinsic function selects; States.Runtime when there is none."""
        if not path.startswith("States."):
            return self._required(path, field)
        try:
            return self._platform.call_intrinsic(path, lambda inner: self._required(inner, field))
        except StateError:
            raise
        except Exception as error:  # ministack's functions raise whatever Python does
            raise StateError("States.IntrinsicFailure", f"{path} in the field '{field}' failed: {error}") from None

    def fill(self, template: Any) -> Any:
        """The template with its paths replaced."""
        if isinstance(template, list):
            return [self.fill(item) for item in template]
        if not isinstance(template, dict):
            return template
        return dict(self._member(name, value) for name, value in template.items())

    def _member(self, name: str, value: Any) -> tuple[str, Any]:
        if name.endswith(".$"):
            return name[:-2], self.read(value, name)
        return name, self.fill(value)

    def _required(self, path: str, field: str) -> Any:
        value = self.find(path)
        if value is jsonpath.MISSING:
            shown = "context object" if path.startswith("$$") else f"input '{to_json(self._data)[:1000]}'"
            raise runtime_error(
                f"The JSONPath '{path}' specified for the field '{field}' could not be found in the {shown}"
            )
        return value
