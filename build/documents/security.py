"""docs/security.md: what each role may do and why, what resources say themselves, what operators may do."""

import json
import tomllib
from pathlib import Path
from typing import Any

from build.documents.generated import placed, table
from build.documents.reach import kept

REASONS = Path(__file__).with_name("reasons.toml")


class ReasonError(Exception):
    """A use has no reason, or a reason no use; the message names it and the file."""


def security(root: Path) -> str:
    """What docs/security.md must be. Raises ReasonError."""
    file = "docs/security.md"
    document = (root / file).read_text()
    reach = kept()
    document = placed(document, "roles", _roles(reach["roles"]), file=file)
    document = placed(document, "resources", _resources(reach["resources"]), file=file)
    return placed(document, "operators", _operators(root / "terraform" / "bootstrap" / "policies"), file=file)


def _roles(roles: dict[str, Any]) -> str:
    reasons = tomllib.loads(REASONS.read_text())
    told, parts = set(), []
    for name, role in roles.items():
        rows = []
        for use, policy in role["uses"].items():
            key = next((key for key in (f"{_word(name)}.{use}", use) if key in reasons), None)
            if key is None:
                raise ReasonError(f"{name} has the use {use}, of which build/documents/reasons.toml does not say why.")
            told.add(key)
            rows += [_row(f"`{use}`", statement, reasons[key]) for statement in policy["Statement"]]
        parts += [f"### {name}", f"Taken by {_takers(role['trust'])}.", table(["Use", "May", "On", "Why"], rows)]
    if idle := sorted(reasons.keys() - told):
        raise ReasonError(
            f"build/documents/reasons.toml says why of {', '.join(idle)}, which no role has: take it out."
        )
    return "\n\n".join(parts)


def _resources(resources: dict[str, Any]) -> str:
    rows = []
    for name, policy in resources.items():
        for statement in policy["Statement"]:
            who = "everyone" if statement["Principal"] == "*" else ", ".join(_listed(statement["Principal"]["Service"]))
            what = f"{statement['Effect'].lower()}s {who} {_code(statement['Action'])}"
            rows.append([f"`{name}`", statement.get("Sid", ""), what, _conditions(statement)])
    return table(["Resource", "Statement", "It", "When"], rows)


def _operators(folder: Path) -> str:
    parts = []
    for file in sorted(folder.glob("*.json"), reverse=True):
        rows = [
            [statement["Sid"], _code(statement["Action"]), _code(statement["Resource"]), _conditions(statement)]
            for statement in json.loads(file.read_text())["Statement"]
        ]
        parts += [f"### sluice-${{environment}}-{file.stem}", table(["Statement", "May", "On", "When"], rows)]
    return "\n\n".join(parts)


def _row(use: str, statement: dict[str, Any], reason: str) -> list[str]:
    return [use, _code(statement["Action"]), _code(statement["Resource"]), reason]


def _word(role: str) -> str:
    """The word that role, function and handler share."""
    return role.removeprefix("sluice-${environment}-")


def _takers(trust: dict[str, Any]) -> str:
    (statement,) = trust["Statement"]
    takers = ", ".join(f"`{service}`" for service in _listed(statement["Principal"]["Service"]))
    return f"{takers}, when {_conditions(statement)}" if statement.get("Condition") else takers


def _conditions(statement: dict[str, Any]) -> str:
    conditions = statement.get("Condition", {})
    return "; ".join(
        f"`{key}` {operator} {_code(values)}" for operator, keys in conditions.items() for key, values in keys.items()
    )


def _code(values: str | list[str]) -> str:
    return "<br>".join(f"`{value}`" for value in _listed(values))


def _listed(values: str | list[str]) -> list[str]:
    return values if isinstance(values, list) else [values]
