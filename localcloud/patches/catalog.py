"""Catalog of the patches, read from the source files: importing them would need ministack.

`python -m localcloud.patches.catalog` writes the table of patches in localcloud/README.md.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from localcloud.server.emulator import VERSION

PACKAGE = Path(__file__).parent
README = PACKAGE.parent / "README.md"
SERVICES = {
    "apigateway": "API Gateway",
    "cloudwatch": "CloudWatch",
    "iam": "IAM",
    "lambda_": "Lambda",
    "logs": "CloudWatch Logs",
    "s3": "S3",
    "sns": "SNS",
    "sqs": "SQS",
    "stepfunctions": "Step Functions",
    "xray": "X-Ray",
}
START, END = "<!-- patches: written by python -m localcloud.patches.catalog -->", "<!-- end of patches -->"
HEADER = f"| patch | AWS | ministack {VERSION} | upstream |\n|---|---|---|---|\n"

_SECTION = re.compile(r"^(AWS|ministack|Upstream):\s*", re.MULTILINE)


@dataclass(frozen=True)
class PatchDescription:
    """A patch as its source file describes it.

    Attributes:
        name: Name of the patch.
        after: Patches that must be applied earlier.
        service: Display name of the AWS service.
        module: Path of the source file, relative to localcloud/patches.
        aws: The behaviour that AWS documents, with the document's name.
        ministack: The behaviour of ministack without the patch.
        upstream: Whether the change could be offered to ministack.
    """

    name: str
    after: tuple[str, ...]
    service: str
    module: str
    aws: str
    ministack: str
    upstream: str


def list_patches() -> list[PatchDescription]:
    """Return all patches, ordered by service and name.

    Raises:
        ValueError: If the docstring of a patch lacks one of the sections AWS, ministack and Upstream.
    """
    files = sorted(PACKAGE.rglob("*.py"))
    described = [description for file in files for description in _read_module(file)]
    return sorted(described, key=lambda description: (description.service, description.name))


def render_table() -> str:
    """Return the Markdown tables of all patches, one for each service."""
    parts: dict[str, list[str]] = {}
    for described in list_patches():
        row = f"| `{described.name}` | {described.aws} | {described.ministack} | {described.upstream} |\n"
        parts.setdefault(described.service, []).append(row)
    return "\n".join(f"### {service}\n\n{HEADER}{''.join(rows)}" for service, rows in parts.items())


def update_readme(text: str) -> str:
    """Return the text of localcloud/README.md with the current tables of patches."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n\n{render_table()}\n{END}{after}"


def _read_module(file: Path) -> Iterator[PatchDescription]:
    module = file.relative_to(PACKAGE)
    for node in ast.parse(file.read_text()).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "patch":
                name = ast.literal_eval(decorator.args[0])
                keywords = {keyword.arg: ast.literal_eval(keyword.value) for keyword in decorator.keywords}
                service = SERVICES[module.parts[0].removesuffix(".py")]
                sections = _split_sections(name, ast.get_docstring(node) or "")
                yield PatchDescription(name, tuple(keywords.get("after", ())), service, module.as_posix(), **sections)


def _split_sections(name: str, docstring: str) -> dict[str, str]:
    _, *parts = _SECTION.split(docstring)
    sections = {
        label.lower(): " ".join(text.split()).removesuffix(".")
        for label, text in zip(parts[::2], parts[1::2], strict=True)
    }
    if list(sections) != ["aws", "ministack", "upstream"] or not all(sections.values()):
        raise ValueError(f'The docstring of the patch "{name}" needs the sections AWS, ministack and Upstream.')
    return sections


if __name__ == "__main__":
    README.write_text(update_readme(README.read_text()))
