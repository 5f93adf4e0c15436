"""statelint and cfn-lint over every state machine, filled as Terraform fills it; they know different mistakes.

    python -m build.lint.machines

What a plan fills in is tested in tests/terraform/test_definitions.py, by the same two linters.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from cfnlint.api import lint  # type: ignore[import-untyped]
from statelint.linter import Linter  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[2]

# Fields that AWS has and the language's own specification, which statelint knows, has not.
AWS_ONLY = re.compile(r'Field "(Label|InputType|CSVHeaderLocation)" not allowed in .+')


def complaints(definition: dict[str, Any]) -> list[str]:
    """What statelint and cfn-lint have to say."""
    properties = {"RoleArn": "arn:aws:iam::000000000000:role/machine", "Definition": definition}
    template = {"Resources": {"Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}}}
    said = [problem for problem in Linter.validate(definition) if not AWS_ONLY.fullmatch(problem)]
    return said + [str(match) for match in lint(json.dumps(template, indent=2), regions=["us-east-1"])]


def filled(text: str) -> dict[str, Any]:
    """A definition with a function for each placeholder of a task, a word for any other and 40 for each number."""
    text = re.sub(
        r'"Resource": "\$\{(\w+)\}"', r'"Resource": "arn:aws:lambda:us-east-1:000000000000:function:\1"', text
    )
    text = re.sub(r'"\$\{[a-z_]+\}"', "40", text)
    definition: dict[str, Any] = json.loads(re.sub(r"\$\{(\w+)\}", r"\1", text))
    return definition


def main() -> None:
    """Exit with what is wrong."""
    files = sorted(ROOT.glob("terraform/**/*.asl.json"))
    wrong = [f"{file.relative_to(ROOT)}: {said}" for file in files for said in complaints(filled(file.read_text()))]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"statelint and cfn-lint: {len(files)} state machines")


if __name__ == "__main__":
    main()
