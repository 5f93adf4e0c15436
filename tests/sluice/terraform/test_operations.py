"""`sluice terraform`: the calls of Terraform that its commands make, and the environment of these calls."""

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from build.package.target import Target
from localcloud import LocalCloud
from sluice.commands import terraform
from sluice.environment import Environment
from sluice.errors import SluiceError
from sluice.models import release
from sluice.terraform import backend, operations
from tests.support.terraform_root import PROJECT

RECORDER = """#!{python}
import json, os, sys
with open("{calls}", "a") as file:
    print(json.dumps({{"arguments": sys.argv[1:], "variables": dict(os.environ)}}), file=file)
sys.stderr.write(os.environ.get("COMPLAINT", ""))
sys.exit(int(os.environ.get("CODE", "0")) if sys.argv[2] != "init" else 0)
"""
VAR_FILE = "-var-file=environments/dev.tfvars"
Calls = Callable[[], Sequence[dict[str, Any]]]


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Terraform's calls so far, in a project of its own; Terraform itself is replaced by a recorder."""
    file = tmp_path / "calls"
    file.touch()
    (tmp_path / "terraform").write_text(RECORDER.format(python=sys.executable, calls=file))
    (tmp_path / "terraform").chmod(0o755)
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "terraform").symlink_to(PROJECT / "terraform")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("SLUICE_PROJECT", str(tmp_path / "project"))
    for name in ("TF_DATA_DIR", "TF_VAR_build", "TF_VAR_model", "AWS_REGION", "AWS_DEFAULT_REGION", "SLUICE_ENV"):
        monkeypatch.setenv(name, "")  # so that monkeypatch restores them
        monkeypatch.delenv(name)
    return lambda: [json.loads(line) for line in file.read_text().splitlines()]


def run(command: str, *arguments: str) -> Result:
    return CliRunner().invoke(terraform.app, [command, "--env", "dev", *arguments])


def arguments(call: dict[str, Any]) -> list[str]:
    """A call's arguments, without the root's folder and -no-color."""
    words: list[str] = call["arguments"]
    assert words[0].startswith("-chdir=")
    return [word for word in words[1:] if word != "-no-color"]


INIT = ["init", "-input=false", "-reconfigure", "-backend-config=environments/dev.s3.tfbackend"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["init"], None),
        (["plan"], ["plan", VAR_FILE]),
        (["plan", "--lock-timeout", "5m"], ["plan", VAR_FILE, "-lock-timeout=5m"]),
        (["plan", "--out", "/tmp/x.tfplan"], ["plan", VAR_FILE, "-out=/tmp/x.tfplan"]),
        (["apply"], ["apply", VAR_FILE]),
        (
            ["apply", "--auto-approve", "--lock-timeout", "60s"],
            ["apply", VAR_FILE, "-lock-timeout=60s", "-auto-approve"],
        ),
        (["destroy"], ["destroy", VAR_FILE]),
        (["destroy", "--auto-approve"], ["destroy", VAR_FILE, "-auto-approve"]),
        (["run", "--", "state", "rm", "-lock=false", "a b"], ["state", "rm", "-lock=false", "a b"]),
    ],
)
def test_command_initializes_and_calls_terraform(calls: Calls, typed: list[str], expected: list[str] | None) -> None:
    result = run(*typed)
    assert result.exit_code == 0, result.output
    assert [arguments(call) for call in calls()] == [INIT, *([expected] if expected else [])]


def test_command_runs_in_the_environments_region_and_folder(calls: Calls, tmp_path: Path) -> None:
    run("run", "import", "address", "id")
    for call in calls():
        assert call["arguments"][0] == f"-chdir={tmp_path}/project/terraform"
        assert call["variables"]["AWS_REGION"] == backend.read_settings("dev")["region"]
        assert call["variables"]["AWS_DEFAULT_REGION"] == backend.read_settings("dev")["region"]
        assert call["variables"]["TF_DATA_DIR"] == f"{tmp_path}/project/build/out/terraform/dev"
    assert calls()[1]["variables"]["TF_CLI_ARGS_import"] == VAR_FILE


def test_local_environment_uses_the_local_cloud_and_this_machines_build(
    calls: Calls, cloud: LocalCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "project" / "build" / "out"
    out.mkdir(parents=True)
    (out / "cloud").symlink_to(cloud.directory)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_PROFILE", "mine")
    operations.initialize("local")
    (call,) = calls()
    assert call["variables"]["AWS_ENDPOINT_URL"] == cloud.endpoint
    assert "AWS_PROFILE" not in call["variables"]
    assert call["variables"]["TF_VAR_build"] == str(Target.current())
    assert call["variables"]["AWS_REGION"] == backend.read_settings("local")["region"]


def test_given_build_is_deployed_locally(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "use_local_cloud", lambda: None)
    monkeypatch.setenv("TF_VAR_build", "3.12-arm64")
    operations.initialize("local")
    assert calls()[0]["variables"]["TF_VAR_build"] == "3.12-arm64"


@pytest.mark.parametrize(("command", "publishes"), [("plan", False), ("apply", True)])
def test_move_to_a_version_sets_terraforms_variables(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, command: str, publishes: bool
) -> None:
    def prepare(_: object, model: str, share: float, *, publish: bool) -> tuple[dict[str, str], str]:
        assert (model, share, publish) == ("digits@8f3a", 0.1, publishes)
        return {"TF_VAR_model": "digits@8f3a2c"}, "It is published."

    monkeypatch.setattr(Environment, "open", lambda name: name)
    monkeypatch.setattr(release, "prepare_release", prepare)
    result = run(command, "--model", "digits@8f3a", "--share", "0.1")
    assert "It is published." in result.stderr
    assert calls()[-1]["variables"]["TF_VAR_model"] == "digits@8f3a2c"


@pytest.mark.parametrize("option", [["--model", "digits@8f3a"], ["--share", "0"]])
def test_saved_plan_with_a_move_is_refused(calls: Calls, option: list[str]) -> None:
    result = run("apply", "--plan", "x.tfplan", *option)
    assert isinstance(result.exception, SluiceError)
    assert result.exception.exit_code == 2
    assert "PLAN=x.tfplan is applied as it was saved: give MODEL and SHARE to make plan" in str(result.exception)
    assert not calls()


def test_run_ends_with_terraforms_exit_code(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODE", "2")
    assert run("run", "--", "plan", "-detailed-exitcode").exit_code == 2
    assert arguments(calls()[-1]) == ["plan", "-detailed-exitcode"]


def test_run_without_a_command_is_wrong_usage(calls: Calls) -> None:
    result = run("run")
    assert isinstance(result.exception, SluiceError)
    assert result.exception.exit_code == 2
    assert 'Give a Terraform command, for example make terraform ENV=dev DO="state list".' in str(result.exception)
    assert len(calls()) == 1


@pytest.mark.parametrize("command", ["apply", "destroy"])
def test_state_that_was_not_saved_is_explained(calls: Calls, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("CODE", "1")
    monkeypatch.setenv("COMPLAINT", 'the state has been written to the file "errored.tfstate"')
    result = run(command)
    assert "Only terraform/errored.tfstate records the created resources: keep that file" in str(result.exception)
    assert "docs/state.md, Lost backend" in str(result.exception)
    assert len(calls()) == 2
