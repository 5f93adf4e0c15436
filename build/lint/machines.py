"""Lint every state machine with statelint and cfn-lint, which find different problems.

    python -m build.lint.machines

Placeholders are replaced by sample values. tests/terraform/test_definitions.py runs the same linters over the
definitions that Terraform renders.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from cfnlint.api import lint  # type: ignore[import-untyped]
from statelint.linter import Linter  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[2]

# Fields of AWS Step Functions that are not in the specification of the Amazon States Language, which statelint checks.
AWS_ONLY = re.compile(r'Field "(Label|InputType|CSVHeaderLocation)" not allowed in .+')


def find_problems(definition: dict[str, Any]) -> list[str]:
    """Return the problems that statelint and cfn-lint find in a definition.

    Args:
        definition: A state machine in the Amazon States Language, without placeholders.

    Returns:
        One message for each problem; empty for a valid definition.
    """
    properties = {"RoleArn": "arn:aws:iam::000000000000:role/machine", "Definition": definition}
    template = {"Resources": {"Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}}}
    problems = [problem for problem in Linter.validate(definition) if not AWS_ONLY.fullmatch(problem)]
    return problems + [str(match) for match in lint(json.dumps(template, indent=2), regions=["us-east-1"])]


def fill_placeholders(text: str) -> dict[str, Any]:
    """Return the definition in a file with sample values for its placeholders.

    A task's resource becomes the ARN of a function, a number 40, and every other placeholder its own name.
    """
    text = re.sub(
        r'"Resource": "\$\{(\w+)\}"', r'"Resource": "arn:aws:lambda:us-east-1:000000000000:function:\1"', text
    )
    text = re.sub(r'"\$\{[a-z_]+\}"', "40", text)
    definition: dict[str, Any] = json.loads(re.sub(r"\$\{(\w+)\}", r"\1", text))
    return definition


def main() -> None:
    """Lint all state machines, and exit with the problems, if any."""
    files = sorted(ROOT.glob("terraform/**/*.asl.json"))
    problems = [
        f"{file.relative_to(ROOT)}: {problem}"
        for file in files
        for problem in find_problems(fill_placeholders(file.read_text()))
    ]
    if problems:
        sys.exit("\n".join(problems))
    print(f"statelint and cfn-lint: {len(files)} state machines")


if __name__ == "__main__":
    main()
