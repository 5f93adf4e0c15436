"""The tables of docs/security.md: permissions of roles with reasons, resource policies and operators' policies."""

import json
import tomllib
from pathlib import Path
from typing import Any

from build.documents.markdown import render_table, replace_section
from build.documents.policies import load_policies
from build.errors import BuildError

REASONS = Path(__file__).with_name("reasons.toml")


class ReasonError(BuildError):
    """A use of a role has no entry in reasons.toml, or an entry is unused."""


def render_security(root: Path) -> str:
    """Return docs/security.md with current tables.

    Raises:
        ReasonError: reasons.toml does not match the uses of the roles.
        MarkersError: The document lacks a generated section.
    """
    file = "docs/security.md"
    document = (root / file).read_text()
    recorded = load_policies()
    sections = {
        "roles": _render_roles(recorded["roles"]),
        "resources": _render_resource_policies(recorded["resources"]),
        "operators": _render_operators(root / "terraform" / "bootstrap" / "policies"),
    }
    for name, content in sections.items():
        document = replace_section(document, name, content, file=file)
    return document


def _render_roles(roles: dict[str, Any]) -> str:
    reasons = tomllib.loads(REASONS.read_text())
    used, parts = set(), []
    for name, role in roles.items():
        function = name.removeprefix("sluice-${environment}-")
        rows = []
        for use, policy in role["uses"].items():
            key = next((key for key in (f"{function}.{use}", use) if key in reasons), None)
            if key is None:
                raise ReasonError(f"build/documents/reasons.toml has no reason for {use} of {name}: add one.")
            used.add(key)
            rows += [[f"`{use}`", *_permission(statement), reasons[key]] for statement in policy["Statement"]]
        table = render_table(["Use", "Actions", "Resources", "Reason"], rows)
        parts += [f"### {name}", f"Assumed by {_principals(role['trust'])}.", table]
    if unused := sorted(reasons.keys() - used):
        raise ReasonError(f"build/documents/reasons.toml has {', '.join(unused)}, which no role uses: remove it.")
    return "\n\n".join(parts)


def _render_resource_policies(resources: dict[str, Any]) -> str:
    rows = []
    for name, policy in resources.items():
        for statement in policy["Statement"]:
            principal = statement["Principal"]
            rows.append(
                [
                    f"`{name}`",
                    statement.get("Sid", ""),
                    statement["Effect"],
                    "everyone" if principal == "*" else _code(principal["Service"]),
                    _code(statement["Action"]),
                    _conditions(statement),
                ]
            )
    return render_table(["Resource", "Statement", "Effect", "Principal", "Actions", "Condition"], rows)


def _render_operators(folder: Path) -> str:
    parts = []
    for file in sorted(folder.glob("*.json"), reverse=True):
        rows = [
            [statement["Sid"], *_permission(statement), _conditions(statement)]
            for statement in json.loads(file.read_text())["Statement"]
        ]
        table = render_table(["Statement", "Actions", "Resources", "Condition"], rows)
        parts += [f"### sluice-${{environment}}-{file.stem}", table]
    return "\n\n".join(parts)


def _permission(statement: dict[str, Any]) -> list[str]:
    return [_code(statement["Action"]), _code(statement["Resource"])]


def _principals(trust: dict[str, Any]) -> str:
    (statement,) = trust["Statement"]
    services = ", ".join(f"`{service}`" for service in _as_list(statement["Principal"]["Service"]))
    return f"{services}, if {_conditions(statement)}" if statement.get("Condition") else services


def _conditions(statement: dict[str, Any]) -> str:
    conditions = statement.get("Condition", {})
    return "; ".join(
        f"`{key}` {operator} {_code(values)}" for operator, keys in conditions.items() for key, values in keys.items()
    )


def _code(values: str | list[str]) -> str:
    return "<br>".join(f"`{value}`" for value in _as_list(values))


def _as_list(values: str | list[str]) -> list[str]:
    return values if isinstance(values, list) else [values]
