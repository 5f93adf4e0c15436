"""Run checkov over all Terraform code, with the variables of production: no check may fail, and few may be skipped.

    build/venv/lint/bin/python -m build.lint.hardening [FOLDER]      FOLDER has terraform/ and modules/

checkov passes a file that it cannot read without checking it; here such a file is a failure. To skip a check, write a
comment with a reason beside the resource. At most MAX_SKIPS checks are skipped.
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
MAX_SKIPS = 8
MIN_REASON_WORDS = 5
_SKIP = re.compile(r"checkov:skip=(?P<check>\w+)(?::(?P<reason>.*))?")


@dataclass(frozen=True)
class Result:
    """The result of a run.

    Attributes:
        passed: Number of passed checks.
        problems: Failed checks, unreadable files and invalid skips, one message each.
        skips: Skipped checks with their reasons.
    """

    passed: int
    problems: tuple[str, ...]
    skips: tuple[str, ...]


def check_hardening(root: Path) -> Result:
    """Run checkov over terraform/ and modules/ below `root`."""
    reports = _run_checkov(root)
    skips = list(_find_skips(root))
    problems = [message for report in reports for message in _find_failures(report)]
    problems += [
        f"{location}: a check is skipped without a reason"
        for location, reason in skips
        if len(reason.split()) < MIN_REASON_WORDS
    ]
    if len(skips) > MAX_SKIPS:
        problems.append(f"{len(skips)} checks are skipped, but at most {MAX_SKIPS} may be: harden a resource instead.")
    passed = sum(report["summary"]["passed"] for report in reports)
    return Result(passed, tuple(dict.fromkeys(problems)), tuple(f"{location}: {reason}" for location, reason in skips))


def _run_checkov(root: Path) -> list[dict[str, Any]]:
    production = root / "terraform" / "environments" / "prod.tfvars"
    command = [str(Path(sys.executable).with_name("checkov")), "--framework", "terraform", "--skip-download"]
    command += ["--output", "json", "--compact", "--directory", "terraform", "--directory", "modules"]
    command += ["--var-file", str(production)] if production.exists() else []
    process = subprocess.run(command, cwd=root, capture_output=True, text=True)  # noqa: S603 - fixed arguments
    decoder, text, reports = json.JSONDecoder(), process.stdout.strip(), []
    while text:  # one report for each directory, one after the other
        report, end = decoder.raw_decode(text)
        reports += report if isinstance(report, list) else [report]
        text = text[end:].strip()
    if len(reports) != 2:
        output = process.stdout[-2000:] + process.stderr[-2000:]
        sys.exit(f"checkov printed {len(reports)} reports, but must print 2:\n{output}")
    return [report for report in reports if "results" in report]


def _find_failures(report: dict[str, Any]) -> Iterator[str]:
    for failed in report["results"]["failed_checks"]:
        location = f"{failed['repo_file_path'].lstrip('/')}:{failed['file_line_range'][0]}"
        yield f"{location}: {failed['resource']}: {failed['check_id']} {failed['check_name']}"
    for file in report["results"]["parsing_errors"]:
        yield f"{file}: checkov cannot read it and checks nothing in it: simplify the code"


def _find_skips(root: Path) -> Iterator[tuple[str, str]]:
    for file in sorted((*root.glob("terraform/**/*.tf"), *root.glob("modules/**/*.tf"))):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if match := _SKIP.search(line):
                yield f"{file.relative_to(root)}:{number}: {match['check']}", (match["reason"] or "").strip()


def main() -> None:
    """Run checkov, and exit with the problems, if any."""
    result = check_hardening(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT)
    if result.problems:
        sys.exit("\n".join(result.problems))
    print(f"checkov: {result.passed} passed, 0 failed, {len(result.skips)} skipped for reasons in the code")


if __name__ == "__main__":
    main()
