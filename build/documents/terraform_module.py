"""Reads a Terraform module: its purpose, variables, outputs and resources."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hcl2

Block = dict[str, Any]

_INTERPOLATION = re.compile(r"(?<!\$)\$\{(?:[^{}]|\{[^{}]*\})*\}")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True)
class Variable:
    """A variable of a module.

    Attributes:
        name: Name of the variable.
        type: The type constraint, as written.
        default: The default value, as written, or None for a required variable.
        description: The description.
        constraints: A sentence for each validation, from its error message.
    """

    name: str
    type: str
    default: str | None
    description: str
    constraints: tuple[str, ...]


@dataclass(frozen=True)
class Module:
    """A folder of modules/.

    Attributes:
        name: Name of the folder.
        purpose: The first line of main.tf, a comment.
        variables: The variables, in the order of the code.
        outputs: Descriptions of the outputs by name.
        resources: Addresses of the managed resources.
        modules: Names of the modules that it calls.
    """

    name: str
    purpose: str
    variables: tuple[Variable, ...]
    outputs: dict[str, str]
    resources: tuple[str, ...]
    modules: tuple[str, ...]

    @classmethod
    def from_folder(cls, folder: Path) -> "Module":
        """Return the module in a folder, from its .tf files in alphabetical order."""
        files = [hcl2.loads(file.read_text()) for file in sorted(folder.glob("*.tf"))]
        first_line = (folder / "main.tf").read_text().splitlines()[0]
        resources = [(kind, bodies) for kind, bodies in _blocks(files, "resource")]
        return cls(
            name=folder.name,
            purpose=first_line.removeprefix("# "),
            variables=tuple(_variable(name, body) for name, body in _blocks(files, "variable")),
            outputs={name: _text(body.get("description", "")) for name, body in _blocks(files, "output")},
            resources=tuple(f"{kind}.{name}" for kind, bodies in resources for name in _labels(bodies)),
            modules=tuple(Path(_text(body["source"])).name for _, body in _blocks(files, "module")),
        )


def _blocks(files: list[Block], kind: str) -> Iterator[tuple[str, Block]]:
    """Yield the first label and the body of every block of a kind."""
    for file in files:
        for block in file.get(kind, []):
            for label, body in block.items():
                yield _text(label), body


def _labels(bodies: Block) -> list[str]:
    return [_text(label) for label in bodies if not label.startswith("__")]


def _variable(name: str, body: Block) -> Variable:
    return Variable(
        name=name,
        type=_expression(body.get("type", "any")),
        default=_literal(body["default"]) if "default" in body else None,
        description=_text(body.get("description", "")),
        constraints=tuple(_constraint(rule["error_message"]) for rule in body.get("validation", [])),
    )


def _text(quoted: str) -> str:
    """Return the value of a string in HCL syntax."""
    return str(json.loads(quoted)).replace("$${", "${") if quoted.startswith('"') else quoted


def _expression(value: str) -> str:
    """Return an expression without the ${} that the parser adds."""
    return re.sub(r"^\$\{(.*)\}$", r"\1", value, flags=re.DOTALL)


def _literal(value: object) -> str:
    """Return a literal in HCL syntax."""
    if isinstance(value, str):
        return _expression(value)
    if isinstance(value, dict) and value:
        return f"{{ {', '.join(f'{key} = {_literal(inner)}' for key, inner in value.items())} }}"
    return json.dumps(value)


def _constraint(message: str) -> str:
    """Return an error message as a constraint: the part after "but", with an ellipsis for each value."""
    if message.startswith("${format("):
        message = re.sub("%[sd]", "…", str(_STRING.findall(message)[0]))
    text = _text(_INTERPOLATION.sub("…", message))
    before, but, after = text.partition(", but ")
    return after[0].upper() + after[1:] if but else before
