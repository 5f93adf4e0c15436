"""Run parliament over every policy: of roles and their trust, of resources, and of operators.

    build/venv/lint/bin/python -m build.lint.policies [FOLDER]      FOLDER has the files below; by default the project

Policies of roles and resources come from build/documents/policies.json, which a journey compares with an applied stack,
and those of operators from terraform/bootstrap/policies. exceptions.toml lists accepted findings with their reasons.
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
    warnings.simplefilter("ignore")  # parliament uses the deprecated pkg_resources
    import parliament  # type: ignore[import-not-found,unused-ignore]  # only in build/venv/lint

ROOT = Path(__file__).parents[2]
COMMUNITY_CONFIG = Path(parliament.__file__).parent / "community_auditors" / "config_override.yaml"
SAMPLE_VALUES = {
    "partition": "aws", "account": "123456789012", "region": "eu-west-1", "environment": "prod", "api": "a1b2c3d4e5",
    "bucket": "sluice-prod-state", "key": "sluice/prod.tfstate",
}  # fmt: skip
# Actions that AWS requires but does not document. parliament reports an unknown action and does not check it further.
UNDOCUMENTED_ACTIONS = {"apigateway": ["TagResource"]}
Finding = tuple[str, str, str]


def read_policies(root: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each policy with a name that says to what it belongs, for example "sluice-prod-worker IMAGES"."""
    recorded = _read_filled(root / "build" / "documents" / "policies.json")
    for name, role in recorded["roles"].items():
        arn = f"arn:aws:iam::{SAMPLE_VALUES['account']}:role/{name}"
        yield f"{name} trust", _as_resource_policy(arn, role["trust"])
        for use, policy in role["uses"].items():
            yield f"{name} {use}", policy
    yield from recorded["resources"].items()
    for file in sorted((root / "terraform" / "bootstrap" / "policies").glob("*.json")):
        yield f"operator {file.stem}", _read_filled(file)


def find_findings(name: str, policy: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield parliament's findings about a policy: the policy's name, the issue and the details."""
    analyzed = parliament.analyze_policy_string(json.dumps(policy), include_community_auditors=True)
    for finding in analyzed.findings:
        title = parliament.enhance_finding(finding).title  # raises for an issue that the configuration does not know
        location = {key: value for key, value in finding.location.items() if key not in ("line", "column", "filepath")}
        details = finding.detail if isinstance(finding.detail, list) else [finding.detail]
        for detail in details:  # one finding for each action
            yield name, finding.issue, f"{title}: {json.dumps(detail)} {json.dumps(location)}"


def find_problems(findings: list[Finding], exceptions: list[dict[str, str]]) -> Iterator[str]:
    """Yield the findings without an exception, and the exceptions without a finding."""
    used = set()
    for name, issue, details in findings:
        matches = [number for number, exception in enumerate(exceptions) if _matches(exception, name, issue, details)]
        used.update(matches)
        if not matches:
            yield f"{name}: {issue}: {details}"
    for number, exception in enumerate(exceptions):
        if number not in used:
            yield (
                f"exceptions.toml accepts {exception['issue']} of {exception['policy']}, but there is no such finding: "
                "remove the exception."
            )


def _matches(exception: Mapping[str, str], name: str, issue: str, details: str) -> bool:
    same = exception["issue"] == issue and fnmatch.fnmatchcase(name, exception["policy"])
    return same and exception.get("details", "") in details


def _read_filled(file: Path) -> dict[str, Any]:
    """Return a JSON file with sample values for its placeholders."""
    text = file.read_text()
    for name, value in SAMPLE_VALUES.items():
        text = text.replace(f"${{{name}}}", value)
    content: dict[str, Any] = json.loads(text)
    return content


def _as_resource_policy(arn: str, trust: Mapping[str, Any]) -> dict[str, Any]:
    """Return a trust policy as a policy of the role, the form that parliament can analyze."""
    return {**trust, "Statement": [{**statement, "Resource": arn} for statement in trust["Statement"]]}


def _add_undocumented_actions(definition: list[dict[str, Any]]) -> None:
    """Add UNDOCUMENTED_ACTIONS, for any resource, to parliament's definition of IAM."""
    for service in definition:
        for action in UNDOCUMENTED_ACTIONS.get(service["prefix"], []):
            resources = [
                {"resource_type": kind["resource"], "condition_keys": [], "dependent_actions": []}
                for kind in service["resources"]
            ]
            service["privileges"].append(
                {"privilege": action, "access_level": "Tagging", "description": "", "resource_types": resources}
            )


def main() -> None:
    """Analyze all policies, and exit with the problems, if any."""
    parliament.override_config(str(COMMUNITY_CONFIG))
    _add_undocumented_actions(parliament.iam_definition)
    policies = dict(read_policies(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT))
    findings = [finding for name, policy in policies.items() for finding in find_findings(name, policy)]
    exceptions = tomllib.loads(Path(__file__).with_name("exceptions.toml").read_text()).get("exception", [])
    problems = list(find_problems(findings, exceptions))
    if problems:
        sys.exit("\n".join(problems))
    print(f"parliament: {len(policies)} policies, {len(findings)} findings, each accepted in exceptions.toml")


if __name__ == "__main__":
    main()
