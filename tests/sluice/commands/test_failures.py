"""A failed command prints one message with the fix, and exits with a code."""

import json
import sys
from pathlib import Path
from typing import NoReturn

import pytest

import sluice
from sluice import __main__ as entry_point
from sluice import cli, environment
from tests.sluice.commands.conftest import CloudTerminal
from tests.support.terraform_root import PROJECT


@pytest.mark.parametrize(
    ("arguments", "variables", "message"),
    [
        ([], {}, "Nothing is applied in local: run `make apply ENV=local` first."),
        (["--env", "dev"], {"TF_DATA_DIR": "{tmp}"}, "does not exist: run `make bootstrap ENV=dev`"),
        ([], {"PATH": "/nowhere"}, "There is no `terraform` on the PATH: install 1.10 or newer"),
        ([], {"AWS_ACCESS_KEY_ID": "AKIAUNKNOWNKEY000000"}, "AWS does not know these credentials"),
        ([], {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "There are no AWS credentials: log in"),
        ([], {"AWS_PROFILE": "missing"}, "(The config profile (missing) could not be found): log in"),
    ],
)
def test_command_names_a_missing_prerequisite(
    arguments: list[str], variables: dict[str, str], message: str, empty_terminal: CloudTerminal, tmp_path: Path
) -> None:
    formatted = {name: value.format(tmp=tmp_path) for name, value in variables.items()}
    process = empty_terminal.run("results", *arguments, code=1, **formatted)
    assert message in process.stderr
    assert len(process.stderr.splitlines()) == 1
    assert process.stdout == ""


def test_command_without_permissions_names_the_policy(terminal: CloudTerminal) -> None:
    terminal.iam.create_user(UserName="guest")
    key = terminal.iam.create_access_key(UserName="guest")["AccessKey"]
    keys = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    process = terminal.run("results", "--json", code=1, **keys)
    error = json.loads(process.stderr)["error"]
    assert "may not read the state of local: ask for the policy sluice-local-operate" in error


def test_command_without_local_cloud_says_how_to_start_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    (tmp_path / "terraform").symlink_to(PROJECT / "terraform")
    monkeypatch.setenv("SLUICE_PROJECT", str(tmp_path))
    assert _exit_code(monkeypatch, "results", "--env", "local") == 1
    message = "No local cloud is running: start one with `make up`, then `make apply ENV=local`.\n"
    assert capsys.readouterr().err == message


def test_command_unknown_environment_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _exit_code(monkeypatch, "results", "--env", "stage") == 2
    text = " ".join(capsys.readouterr().err.replace("│", "").split())
    assert 'Unknown environment "stage": choose from dev, local, prod' in text


def test_command_internal_error_writes_traceback_to_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail_to_open(_: str) -> NoReturn:
        raise LookupError("no such luck")

    monkeypatch.setattr(environment.Environment, "open", fail_to_open)
    monkeypatch.setattr(cli, "find_project", lambda: tmp_path)
    assert _exit_code(monkeypatch, "results", "--json") == 1
    file = tmp_path / "build" / "out" / "sluice-error.log"
    assert json.loads(capsys.readouterr().err)["error"] == (
        f"Internal error: LookupError: no such luck. This is a bug in sluice; the traceback is in {file}."
    )
    assert "in fail_to_open" in file.read_text()


def test_interrupt_during_imports_shows_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    class InterruptingFinder:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "sluice.cli":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "sluice.cli")
    monkeypatch.delattr(sluice, "cli")
    monkeypatch.setattr(sys, "meta_path", [InterruptingFinder(), *sys.meta_path])
    with pytest.raises(SystemExit) as exit_:
        entry_point.main()
    assert exit_.value.code == 130


def _exit_code(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    monkeypatch.setattr(sys, "argv", ["sluice", *arguments])
    with pytest.raises(SystemExit) as exit_:
        cli.main()
    return exit_.value.code
