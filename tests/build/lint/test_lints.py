"""Each lint finds what it is there for: `make lint` runs them over the project itself."""

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


def lint(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A lint of the environment of its own, over a folder."""
    return subprocess.run(
        [LINT / "python", "-m", f"build.lint.{name}", folder], cwd=ROOT, capture_output=True, text=True
    )


def test_validate_names_the_folder_the_line_and_what_is_wrong(tmp_path: Path) -> None:
    for part, text in {
        "modules/sound": 'output "name" {\n  value = var.name\n}\nvariable "name" {}\n',
        "modules/broken": 'output "name" {\n  value = var.nobody\n}\n',
        "terraform/caller": 'module "sound" {\n  source = "../../modules/sound"\n}\n',
    }.items():
        (tmp_path / part).mkdir(parents=True)
        (tmp_path / part / "main.tf").write_text(text)
    before = sorted(tmp_path.rglob("*"))
    broken, caller = validate.validate(tmp_path)
    assert broken.startswith("modules/broken/main.tf:2: Reference to undeclared input variable")
    assert caller.startswith("terraform/caller/main.tf:1: Missing required argument")
    assert sorted(tmp_path.rglob("*")) == before


def test_validate_says_what_terraform_says_of_a_file_that_is_no_terraform(tmp_path: Path) -> None:
    (tmp_path / "terraform").mkdir()
    (tmp_path / "modules" / "torn").mkdir(parents=True)
    (tmp_path / "modules" / "torn" / "main.tf").write_text("# Torn.\n\nlocals {\n  x =\n")
    (complaint,) = validate.validate(tmp_path)
    assert "modules/torn/main.tf line 4" in complaint


def test_every_root_and_every_module_is_validated() -> None:
    examples = {f"terraform/examples/{name}" for name in ("relay", "log", "branches", "hello")}
    assert set(validate.roots(ROOT)) == {"terraform", "terraform/bootstrap"} | examples
    assert {Path(folder).name for folder in validate.modules(ROOT)} == {file.name for file in MODULES}


def test_checkov_finds_a_bucket_that_is_not_hardened_and_a_file_that_it_cannot_read(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / "modules" / f"open{number}").mkdir(parents=True)
        reason = ":" if number else ": It is a test and holds nothing."
        (tmp_path / "modules" / f"open{number}" / "main.tf").write_text(BUCKET.format(reason=reason))
    (tmp_path / "terraform").mkdir()
    (tmp_path / "terraform" / "main.tf").write_text(BUCKET.format(reason="") + "locals {\n  x = \n")
    found = lint("hardening", tmp_path)
    assert found.returncode == 1
    lines = found.stderr.splitlines()
    assert any(line.startswith("modules/open0/main.tf:1: aws_s3_bucket.this: CKV_AWS_145 ") for line in lines), lines
    assert not any("open0" in line and "CKV_AWS_18 " in line for line in lines)
    assert any("terraform/main.tf: checkov cannot read it" in line for line in lines), lines
    assert "modules/open1/main.tf:2: CKV_AWS_18: a check is skipped without a reason" in lines
    assert "10 checks are skipped, but at most 8 may be: harden something instead." in lines


def test_parliament_finds_what_a_policy_should_not_have_and_an_exception_that_excepts_nothing(tmp_path: Path) -> None:
    wrong = {"Action": ["s3:GetObjekt"], "Resource": ["arn:aws:s3:::${environment}/*"], "Effect": "Allow"}
    mismatched = {"Action": ["sqs:SendMessage"], "Resource": ["arn:aws:s3:::bucket"], "Effect": "Allow"}
    everything = {"Action": ["sqs:*"], "Resource": ["*"], "Effect": "Allow"}
    uses = {
        name: {"Version": "2012-10-17", "Statement": [statement]}
        for name, statement in {"TYPO": wrong, "ELSEWHERE": mismatched, "ALL": everything}.items()
    }
    anybody = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
    trust = {"Version": "2012-10-17", "Statement": [anybody]}
    (tmp_path / "build" / "documents").mkdir(parents=True)
    reach = {"roles": {"sluice-${environment}-x": {"trust": trust, "uses": uses}}, "resources": {}}
    (tmp_path / "build" / "documents" / "reach.json").write_text(json.dumps(reach))
    found = lint("policies", tmp_path)
    assert found.returncode == 1
    assert "sluice-prod-x TYPO: UNKNOWN_ACTION: " in found.stderr
    assert "sluice-prod-x ELSEWHERE: RESOURCE_MISMATCH: " in found.stderr
    assert "sluice-prod-x ALL: RESOURCE_STAR: " in found.stderr
    assert "exceptions.toml excepts INVALID_SID of lambda sluice-prod-*, which nothing has." in found.stderr


def test_the_state_machines_linters_see_through_placeholders() -> None:
    text = (ROOT / "terraform" / "workflow.asl.json").read_text()
    assert find_problems(fill_placeholders(text)) == []
    assert find_problems(fill_placeholders(text.replace('"Next": "Reduce"', '"Next": "Nowhere"')))
