"""parliament over every policy that is rendered: of roles, of who takes them, of resources, of operators.

    build/venv/lint/bin/python -m build.lint.policies [FOLDER]      FOLDER holds what follows; the project by default

Roles and resources come from build/documents/reach.json, which the journeys compare with an applied stack; operators'
policies from terraform/bootstrap. A finding that is meant to be stands in exceptions.toml, with its reason.
"""

import fnmatch
import json
import sys
import tomllib
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of pkg_resources, which parliament still uses
    import parliament  # type: ignore[import-not-found,unused-ignore]  # of an environment of its own

ROOT = Path(__file__).parents[2]
COMMUNITY = Path(parliament.__file__).parent / "community_auditors" / "config_override.yaml"
EXAMPLE = {
    "partition": "aws", "account": "123456789012", "region": "eu-west-1", "environment": "prod", "api": "a1b2c3d4e5",
    "bucket": "sluice-prod-state", "key": "sluice/prod.tfstate",
}  # fmt: skip
# What AWS asks for and does not list: of an action that it does not know parliament says so, and looks at nothing else.
UNLISTED = {"apigateway": ["TagResource"]}
Finding = tuple[str, str, str]


def policies(root: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each policy with a name that says whose it is."""
    reach = _filled(root / "build" / "documents" / "reach.json")
    for name, role in reach["roles"].items():
        arn = f"arn:aws:iam::{EXAMPLE['account']}:role/{name}"
        yield f"{name} trust", _about(arn, role["trust"])
        for use, policy in role["uses"].items():
            yield f"{name} {use}", policy
    yield from reach["resources"].items()
    for file in sorted((root / "terraform" / "bootstrap" / "policies").glob("*.json")):
        yield f"operator {file.stem}", _filled(file)


def findings(name: str, policy: Mapping[str, Any]) -> Iterator[Finding]:
    """What parliament finds in a policy: its name, what kind of finding, and about what."""
    analyzed = parliament.analyze_policy_string(json.dumps(policy), include_community_auditors=True)
    for found in analyzed.findings:
        title = parliament.enhance_finding(found).title  # raises for what the configuration does not know
        where = {key: value for key, value in found.location.items() if key not in ("line", "column", "filepath")}
        details = found.detail if isinstance(found.detail, list) else [found.detail]
        for detail in details:  # each action needs its reason
            yield name, found.issue, f"{title}: {json.dumps(detail)} {json.dumps(where)}"


def unexplained(found: list[Finding], exceptions: list[dict[str, str]]) -> Iterator[str]:
    """The findings that no exception explains, and the exceptions that explain none."""
    used = set()
    for name, issue, about in found:
        fits = [number for number, exception in enumerate(exceptions) if _explains(exception, name, issue, about)]
        used.update(fits)
        if not fits:
            yield f"{name}: {issue}: {about}"
    for number, exception in enumerate(exceptions):
        if number not in used:
            yield f"exceptions.toml excepts {exception['issue']} of {exception['policy']}, which nothing has."


def _explains(exception: Mapping[str, str], name: str, issue: str, about: str) -> bool:
    fits = exception["issue"] == issue and fnmatch.fnmatchcase(name, exception["policy"])
    return fits and exception.get("about", "") in about


def _filled(file: Path) -> dict[str, Any]:
    """A file of policies with values for its placeholders."""
    text = file.read_text()
    for name, value in EXAMPLE.items():
        text = text.replace(f"${{{name}}}", value)
    filled: dict[str, Any] = json.loads(text)
    return filled


def _about(arn: str, trust: Mapping[str, Any]) -> dict[str, Any]:
    """A trust policy as a resource's policy, which parliament knows: the role is what it is about."""
    return {**trust, "Statement": [{**statement, "Resource": arn} for statement in trust["Statement"]]}


def _teach(definition: list[dict[str, Any]]) -> None:
    """Add what is UNLISTED, for any resource."""
    for service in definition:
        for action in UNLISTED.get(service["prefix"], []):
            resources = [
                {"resource_type": kind["resource"], "condition_keys": [], "dependent_actions": []}
                for kind in service["resources"]
            ]
            service["privileges"].append(
                {"privilege": action, "access_level": "Tagging", "description": "", "resource_types": resources}
            )


def main() -> None:
    """Exit with what is not explained."""
    parliament.override_config(str(COMMUNITY))
    _teach(parliament.iam_definition)
    looked_at = dict(policies(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT))
    found = [finding for name, policy in looked_at.items() for finding in findings(name, policy)]
    exceptions = tomllib.loads(Path(__file__).with_name("exceptions.toml").read_text()).get("exception", [])
    wrong = list(unexplained(found, exceptions))
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"parliament: {len(looked_at)} policies, {len(found)} findings, each explained in exceptions.toml")


if __name__ == "__main__":
    main()
