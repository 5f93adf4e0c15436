"""The Makefile passes its variables to `sluice`, unchanged, and nothing that was not given."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.terraform_root import PROJECT

RECORDER = """#!/usr/bin/env python3
import json, os, sys
print(json.dumps({"arguments": sys.argv[1:], "variables": dict(os.environ)}))
"""
ODD = """module.api["GET /it's/{id} $default"] `date` $(HOME) # "x" \\"""


@dataclass(frozen=True)
class Call:
    """One call of Python: its arguments and environment variables."""

    arguments: list[str]
    variables: dict[str, str]


class Make:
    """`make` with a recorder in place of the Python that it calls."""

    def __init__(self, folder: Path) -> None:
        python = folder / "venv" / "tools" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(RECORDER)
        python.chmod(0o755)
        (folder / "venv" / "tools" / "made.lock").touch()  # newer than its sources: nothing is installed
        self._venv = folder / "venv"

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run make with these arguments, in an environment with no variables of Sluice but the given ones."""
        inherited = {name: os.environ[name] for name in ("PATH", "HOME")}
        command = ["make", f"VENV={self._venv}", *arguments]
        return subprocess.run(command, cwd=PROJECT, env=inherited | variables, capture_output=True, text=True)

    def calls(self, *arguments: str, **variables: str) -> list[list[str]]:
        """Run make, and return the arguments of each call of Python."""
        return [call.arguments for call in self.records(*arguments, **variables)]

    def records(self, *arguments: str, **variables: str) -> list[Call]:
        """Run make, and return each call of Python."""
        finished = self.run(*arguments, **variables)
        assert finished.returncode == 0, finished.stderr
        return [Call(**json.loads(line)) for line in finished.stdout.splitlines()]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    return Make(tmp_path)


BUILD = ["-m", "build.package", "--python", "3.13", "--arch", "x86_64"]


def sluice(*arguments: str) -> list[str]:
    return ["-m", "sluice", *arguments]


@pytest.mark.parametrize("target", ["plan", "apply", "destroy"])
def test_target_without_variables_passes_no_options(make: Make, target: str) -> None:
    assert make.calls(target, "ENV=dev") == [BUILD, sluice("terraform", target, "--env", "dev")]


def test_apply_passes_model_share_and_timeout(make: Make) -> None:
    settings = ["MODEL=digits@8f3a", "SHARE=0.1", "LOCK_TIMEOUT=5m", "AUTO_APPROVE=1"]
    options = ["--model", "digits@8f3a", "--share", "0.1", "--lock-timeout", "5m", "--auto-approve"]
    assert make.calls("apply", "ENV=dev", *settings)[-1] == sluice("terraform", "apply", "--env", "dev", *options)


def test_apply_of_a_saved_plan_builds_nothing(make: Make) -> None:
    call = sluice("terraform", "apply", "--env", "dev", "--plan", "x.tfplan")
    assert make.calls("apply", "ENV=dev", "PLAN=x.tfplan") == [call]


def test_plan_passes_model_share_and_file(make: Make) -> None:
    settings = ["MODEL=digits@8f3a", "SHARE=0.1", "OUT=x.tfplan", "LOCK_TIMEOUT=5m"]
    options = ["--model", "digits@8f3a", "--share", "0.1", "--out", "x.tfplan", "--lock-timeout", "5m"]
    assert make.calls("plan", "ENV=dev", *settings)[-1] == sluice("terraform", "plan", "--env", "dev", *options)


def test_publish_uses_the_given_environment(make: Make) -> None:
    assert make.calls("publish", "ENV=dev", "MODEL=digits@8f3a") == [
        sluice("terraform", "init", "--env", "dev"),
        sluice("publish", "--env", "dev", "--", "digits@8f3a"),
    ]


def test_terraform_passes_address_and_id_unchanged(make: Make) -> None:
    call = sluice("terraform", "run", "--env", "dev", "--", "import", ODD, ODD[::-1])
    assert make.calls("terraform", "ENV=dev", "DO=import", f"ADDRESS={ODD}", f"ID={ODD[::-1]}") == [call]


def test_terraform_ignores_the_shells_address_and_id(make: Make) -> None:
    call = sluice("terraform", "run", "--env", "dev", "--", "state", "list")
    assert make.calls("terraform", "ENV=dev", "DO=state list", ADDRESS="mine", ID="42") == [call]


def test_terraform_without_do_passes_no_command(make: Make) -> None:
    assert make.calls("terraform", "ENV=dev") == [sluice("terraform", "run", "--env", "dev", "--")]


@pytest.mark.parametrize("where", ["command line", "environment"])
def test_values_reach_sluice_unchanged(make: Make, where: str) -> None:
    calls = (
        make.calls("apply", "ENV=dev", f"MODEL={ODD}")
        if where == "command line"
        else make.calls("apply", ENV="dev", MODEL=ODD)
    )
    assert calls[-1] == sluice("terraform", "apply", "--env", "dev", "--model", ODD)


def test_state_targets_pass_their_variables(make: Make) -> None:
    versions = ["terraform", "state-versions", "--env", "dev"]
    assert make.calls("state-versions", "ENV=dev") == [sluice(*versions)]
    assert make.calls("state-versions", "ENV=dev", "ALL=1") == [sluice(*versions, "--all")]
    restore = sluice("terraform", "state-restore", "--env", "dev", "--", ODD)
    assert make.calls("state-restore", "ENV=dev", f"VERSION={ODD}") == [restore]


def test_policies_pass_the_account(make: Make) -> None:
    call = sluice("terraform", "policies", "--env", "dev", "--account", "123456789012")
    assert make.calls("policies", "ENV=dev", "ACCOUNT=123456789012") == [call]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["state-restore", "ENV=dev"], "VERSION: is missing: make state-versions lists the versions"),
        (["publish", "ENV=dev"], "MODEL: is missing: name a version"),
        (["plan"], 'ENV is "", but must be one of: dev local prod. For example: make plan ENV=dev'),
        (["plan", "ENV=stage"], 'ENV is "stage", but must be one of: dev local prod. For example: make plan ENV=dev'),
    ],
)
def test_missing_variable_is_named(make: Make, arguments: list[str], message: str) -> None:
    finished = make.run(*arguments)
    assert finished.returncode == 2
    assert message in finished.stderr


def test_local_environment_deploys_the_build_for_this_machine(make: Make) -> None:
    (record,) = make.records("destroy", "ENV=local", "PYTHON=3.12", "ARCH=arm64", "build=", "-o", "build")
    assert record.variables["TF_VAR_build"] == "3.12-arm64"
    assert "TF_VAR_build" not in make.records("init", "ENV=dev")[0].variables


def test_commands_work_in_this_project_and_in_folders_of_their_own(make: Make) -> None:
    (record,) = make.records(
        "init", "ENV=dev", TF_DATA_DIR="/other", TF_CLI_CONFIG_FILE="/missing", SLUICE_PROJECT="/other"
    )
    assert record.variables["SLUICE_PROJECT"] == str(PROJECT)
    assert record.variables["PYTHONPATH"] == f"{PROJECT}:{PROJECT / 'lambdas'}"
    assert "TF_DATA_DIR" not in record.variables
    assert "TF_CLI_CONFIG_FILE" not in record.variables
