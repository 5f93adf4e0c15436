"""What goes wrong is told in one sentence with the cure, and by the exit code."""

import json
import sys
from pathlib import Path
from typing import NoReturn

import pytest

import sluice
from sluice import __main__ as entry_point
from sluice import cli, environment
from tests.sluice.commands.conftest import Bare
from tests.support.terraform_root import PROJECT


@pytest.mark.parametrize(
    ("typed", "variables", "sentence"),
    [
        ([], {}, "Nothing is applied in local: run `make apply ENV=local` first."),
        (["--env", "dev"], {"TF_DATA_DIR": "{tmp}"}, "does not exist: run `make bootstrap ENV=dev`"),
        ([], {"PATH": "/nowhere"}, "There is no `terraform` on the PATH: install 1.10 or newer"),
        ([], {"AWS_ACCESS_KEY_ID": "AKIANOBODYKNOWSTHISX"}, "AWS does not know these credentials"),
        ([], {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "There are no AWS credentials: log in"),
        ([], {"AWS_PROFILE": "nobody"}, "(The config profile (nobody) could not be found): log in"),
    ],
)
def test_what_is_missing_is_named(
    typed: list[str], variables: dict[str, str], sentence: str, bare: Bare, tmp_path: Path
) -> None:
    shell = {name: value.format(tmp=tmp_path) for name, value in variables.items()}
    told = bare.run("results", *typed, code=1, **shell)
    assert sentence in told.stderr
    assert (told.stdout, len(told.stderr.splitlines())) == ("", 1)


def test_whoever_may_do_nothing_is_told_whom_to_ask(terminal: Bare) -> None:
    terminal.iam.create_user(UserName="guest")
    key = terminal.iam.create_access_key(UserName="guest")["AccessKey"]
    keys = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    told = terminal.run("results", "--json", code=1, **keys)
    error = json.loads(told.stderr)["error"]
    assert "may not read the state of local: ask for the policy sluice-local-operate" in error


def test_without_a_local_cloud_one_is_told_how_to_start_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    (tmp_path / "terraform").symlink_to(PROJECT / "terraform")
    monkeypatch.setenv("SLUICE_PROJECT", str(tmp_path))
    assert _ended(monkeypatch, "results", "--env", "local") == 1
    assert (
        capsys.readouterr().err == "No local cloud is running: start one with `make up`, then `make apply ENV=local`.\n"
    )


def test_an_environment_that_is_none_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _ended(monkeypatch, "results", "--env", "stage") == 2
    assert 'Unknown environment "stage": choose from dev, local, prod' in " ".join(
        capsys.readouterr().err.replace("│", "").split()
    )


def test_a_fault_of_ours_is_a_sentence_and_its_traceback_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def breaks(_: str) -> NoReturn:
        raise LookupError("no such luck")

    monkeypatch.setattr(environment.Environment, "open", breaks)
    monkeypatch.setattr(cli, "find_project", lambda: tmp_path)
    assert _ended(monkeypatch, "results", "--json") == 1
    file = tmp_path / "build" / "out" / "sluice-error.log"
    assert json.loads(capsys.readouterr().err)["error"] == (
        f"Internal error: LookupError: no such luck. This is a bug in sluice; the traceback is in {file}."
    )
    assert "in breaks" in file.read_text()


def test_ctrl_c_while_it_starts_shows_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupting:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "sluice.cli":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "sluice.cli")
    monkeypatch.delattr(sluice, "cli")
    monkeypatch.setattr(sys, "meta_path", [Interrupting(), *sys.meta_path])
    with pytest.raises(SystemExit) as ended:
        entry_point.main()
    assert ended.value.code == 130


def _ended(monkeypatch: pytest.MonkeyPatch, *typed: str) -> object:
    """The exit code of what is typed."""
    monkeypatch.setattr(sys, "argv", ["sluice", *typed])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code
