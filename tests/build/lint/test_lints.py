"""Each lint detects the problems that it is for. `make lint` runs them over the project itself."""

import json
import subprocess
from pathlib import Path

from build.lint import validate
from build.lint.machines import fill_placeholders, find_problems
from tests.support.build.projects import ROOT

LINT = ROOT / "build" / "venv" / "lint" / "bin"
MODULES = [folder for folder in (ROOT / "modules").iterdir() if list(folder.glob("*.tf"))]
BUCKET = """resource "aws_s3_bucket" "this" {{
  #checkov:skip=CKV_AWS_18{reason}
  bucket = "open"
}}
"""


def run_lint(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a lint of build/venv/lint over a folder."""
    command = [str(LINT / "python"), "-m", f"build.lint.{name}", str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_validate_names_file_line_and_problem(tmp_path: Path) -> None:
    for part, text in {
        "modules/valid": 'output "name" {\n  value = var.name\n}\nvariable "name" {}\n',
        "modules/broken": 'output "name" {\n  value = var.missing\n}\n',
        "terraform/caller": 'module "valid" {\n  source = "../../modules/valid"\n}\n',
    }.items():
        (tmp_path / part).mkdir(parents=True)
        (tmp_path / part / "main.tf").write_text(text)
    before = sorted(tmp_path.rglob("*"))
    broken, caller = validate.validate(tmp_path)
    assert broken.startswith("modules/broken/main.tf:2: Reference to undeclared input variable")
    assert caller.startswith("terraform/caller/main.tf:1: Missing required argument")
    assert sorted(tmp_path.rglob("*")) == before


def test_validate_reports_syntax_error_of_terraform(tmp_path: Path) -> None:
    (tmp_path / "terraform").mkdir()
    (tmp_path / "modules" / "broken").mkdir(parents=True)
    (tmp_path / "modules" / "broken" / "main.tf").write_text("# Broken.\n\nlocals {\n  x =\n")
    (message,) = validate.validate(tmp_path)
    assert "modules/broken/main.tf line 4" in message


def test_validate_covers_every_root_and_module() -> None:
    examples = {f"terraform/examples/{name}" for name in ("relay", "log", "branches", "hello")}
    assert set(validate.find_roots(ROOT)) == {"terraform", "terraform/bootstrap"} | examples
    assert {Path(folder).name for folder in validate.find_modules(ROOT)} == {folder.name for folder in MODULES}


def test_hardening_finds_open_bucket_and_unreadable_file(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / "modules" / f"open{number}").mkdir(parents=True)
        reason = ":" if number else ": This bucket is a test and stays empty."
        (tmp_path / "modules" / f"open{number}" / "main.tf").write_text(BUCKET.format(reason=reason))
    (tmp_path / "terraform").mkdir()
    (tmp_path / "terraform" / "main.tf").write_text(BUCKET.format(reason="") + "locals {\n  x = \n")
    process = run_lint("hardening", tmp_path)
    assert process.returncode == 1
    lines = process.stderr.splitlines()
    assert any(line.startswith("modules/open0/main.tf:1: aws_s3_bucket.this: CKV_AWS_145 ") for line in lines), lines
    assert not any("open0" in line and "CKV_AWS_18 " in line for line in lines)
    assert any("terraform/main.tf: checkov cannot read it" in line for line in lines), lines
    assert "modules/open1/main.tf:2: CKV_AWS_18: a check is skipped without a reason" in lines
    assert "10 checks are skipped, but at most 8 may be: harden a resource instead." in lines


def test_policies_finds_problems_and_unused_exceptions(tmp_path: Path) -> None:
    typo = {"Action": ["s3:GetObjekt"], "Resource": ["arn:aws:s3:::${environment}/*"], "Effect": "Allow"}
    mismatch = {"Action": ["sqs:SendMessage"], "Resource": ["arn:aws:s3:::bucket"], "Effect": "Allow"}
    everything = {"Action": ["sqs:*"], "Resource": ["*"], "Effect": "Allow"}
    uses = {
        name: {"Version": "2012-10-17", "Statement": [statement]}
        for name, statement in {"TYPO": typo, "MISMATCH": mismatch, "EVERYTHING": everything}.items()
    }
    everyone = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
    trust = {"Version": "2012-10-17", "Statement": [everyone]}
    (tmp_path / "build" / "documents").mkdir(parents=True)
    policies = {"roles": {"sluice-${environment}-x": {"trust": trust, "uses": uses}}, "resources": {}}
    (tmp_path / "build" / "documents" / "policies.json").write_text(json.dumps(policies))
    process = run_lint("policies", tmp_path)
    assert process.returncode == 1
    assert "sluice-prod-x TYPO: UNKNOWN_ACTION: " in process.stderr
    assert "sluice-prod-x MISMATCH: RESOURCE_MISMATCH: " in process.stderr
    assert "sluice-prod-x EVERYTHING: RESOURCE_STAR: " in process.stderr
    unused = "exceptions.toml accepts INVALID_SID of lambda sluice-prod-*, but there is no such finding: remove"
    assert unused in process.stderr


def test_machines_lint_replaces_placeholders() -> None:
    text = (ROOT / "terraform" / "workflow.asl.json").read_text()
    assert find_problems(fill_placeholders(text)) == []
    assert find_problems(fill_placeholders(text.replace('"Next": "Reduce"', '"Next": "Nowhere"')))
