"""checkov over all of Terraform, as production sets it and each module by itself: nothing fails, little is skipped.

    build/venv/lint/bin/python -m build.lint.hardening [FOLDER]      FOLDER holds terraform/ and modules/

checkov ends well when it cannot read a file, and what is not read is not checked: here that is a failure, too. A check
is skipped by a comment beside the resource, which says why; there are at most eight.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
MOST_SKIPS = 8
_SKIP = re.compile(r"checkov:skip=(?P<check>\w+)(?::(?P<reason>.*))?")


@dataclass(frozen=True)
class Verdict:
    """How many checks passed, and what is wrong, a line each."""

    passed: int
    wrong: tuple[str, ...]
    skips: tuple[str, ...]


def judge(root: Path) -> Verdict:
    """What checkov says of terraform/ and modules/ below `root`."""
    reports = _run(root)
    skips = list(_skips(root))
    wrong = [line for report in reports for line in _failures(report)]
    wrong += [f"{place}: a check is skipped without a reason" for place, reason in skips if len(reason.split()) < 5]
    if len(skips) > MOST_SKIPS:
        wrong.append(f"{len(skips)} checks are skipped, but at most {MOST_SKIPS} may be: harden something instead.")
    passed = sum(report["summary"]["passed"] for report in reports)
    return Verdict(passed, tuple(dict.fromkeys(wrong)), tuple(f"{place}: {reason}" for place, reason in skips))


def _run(root: Path) -> list[dict[str, Any]]:
    production = root / "terraform" / "environments" / "prod.tfvars"
    command = [str(Path(sys.executable).with_name("checkov")), "--framework", "terraform", "--skip-download"]
    command += ["--output", "json", "--compact", "--directory", "terraform", "--directory", "modules"]
    command += ["--var-file", str(production)] if production.exists() else []
    told = subprocess.run(command, cwd=root, capture_output=True, text=True)  # noqa: S603 - our own words
    decoder, text, reports = json.JSONDecoder(), told.stdout.strip(), []
    while text:  # a report a directory, one after the other
        report, end = decoder.raw_decode(text)
        reports += report if isinstance(report, list) else [report]
        text = text[end:].strip()
    if len(reports) != 2:
        sys.exit(f"checkov gave {len(reports)} reports instead of 2:\n{told.stdout[-2000:]}{told.stderr[-2000:]}")
    return [report for report in reports if "results" in report]


def _failures(report: dict[str, Any]) -> Iterator[str]:
    for failed in report["results"]["failed_checks"]:
        place = f"{failed['repo_file_path'].lstrip('/')}:{failed['file_line_range'][0]}"
        yield f"{place}: {failed['resource']}: {failed['check_id']} {failed['check_name']}"
    for file in report["results"]["parsing_errors"]:
        yield f"{file}: checkov cannot read it, so nothing in it is checked: write it more simply"


def _skips(root: Path) -> Iterator[tuple[str, str]]:
    for file in sorted((*root.glob("terraform/**/*.tf"), *root.glob("modules/**/*.tf"))):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if found := _SKIP.search(line):
                yield f"{file.relative_to(root)}:{number}: {found['check']}", (found["reason"] or "").strip()


def main() -> None:
    """Exit with what is wrong."""
    verdict = judge(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT)
    if verdict.wrong:
        sys.exit("\n".join(verdict.wrong))
    print(f"checkov: {verdict.passed} passed, 0 failed, {len(verdict.skips)} skipped where the code says why")


if __name__ == "__main__":
    main()
