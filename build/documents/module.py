"""A module as its code tells: what it is for, what it takes and gives, what it makes."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hcl2

Block = dict[str, Any]

_GIVEN = re.compile(r"(?<!\$)\$\{(?:[^{}]|\{[^{}]*\})*\}")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True)
class Variable:
    """A variable: its type as written, its default as written or None, its limits as its refusals put them."""

    name: str
    type: str
    default: str | None
    description: str
    limits: tuple[str, ...]


@dataclass(frozen=True)
class Module:
    """A folder of modules/."""

    name: str
    purpose: str
    variables: tuple[Variable, ...]
    outputs: dict[str, str]
    resources: tuple[str, ...]
    modules: tuple[str, ...]

    @classmethod
    def read(cls, folder: Path) -> "Module":
        """The module in a folder, from its .tf files in the order of their names."""
        files = sorted(folder.glob("*.tf"))
        blocks = [hcl2.loads(file.read_text()) for file in files]
        first = (folder / "main.tf").read_text().splitlines()[0]
        return cls(
            name=folder.name,
            purpose=first.removeprefix("# "),
            variables=tuple(_variable(name, body) for name, body in _named(blocks, "variable")),
            outputs={name: _text(body.get("description", "")) for name, body in _named(blocks, "output")},
            resources=tuple(f"{kind}.{name}" for kind, bodies in _named(blocks, "resource") for name in _names(bodies)),
            modules=tuple(Path(_text(body["source"])).name for _, body in _named(blocks, "module")),
        )


def _named(files: list[Block], kind: str) -> Iterator[tuple[str, Block]]:
    """Every block of a kind with its first label."""
    for file in files:
        for block in file.get(kind, []):
            for label, body in block.items():
                yield _text(label), body


def _names(bodies: Block) -> list[str]:
    return [_text(label) for label in bodies if not label.startswith("__")]


def _variable(name: str, body: Block) -> Variable:
    return Variable(
        name=name,
        type=_expression(body.get("type", "any")),
        default=_written(body["default"]) if "default" in body else None,
        description=_text(body.get("description", "")),
        limits=tuple(_limit(rule["error_message"]) for rule in body.get("validation", [])),
    )


def _text(quoted: str) -> str:
    """A string of HCL, as it reads."""
    return str(json.loads(quoted)).replace("$${", "${") if quoted.startswith('"') else quoted


def _expression(value: str) -> str:
    """An expression, without the frame that the parser puts around it."""
    return re.sub(r"^\$\{(.*)\}$", r"\1", value, flags=re.DOTALL)


def _written(value: object) -> str:
    """A literal as HCL has it."""
    if isinstance(value, str):
        return _expression(value)
    if isinstance(value, dict) and value:
        return f"{{ {', '.join(f'{key} = {_written(inner)}' for key, inner in value.items())} }}"
    return json.dumps(value)


def _limit(message: str) -> str:
    """A refusal as a limit: what comes after "but", with an ellipsis for whatever was given."""
    if message.startswith("${format("):
        message = re.sub("%[sd]", "…", str(_STRING.findall(message)[0]))
    said = _text(_GIVEN.sub("…", message))
    before, but, after = said.partition(", but ")
    return after[0].upper() + after[1:] if but else before
