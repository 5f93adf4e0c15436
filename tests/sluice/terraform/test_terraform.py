"""What a person sees of Terraform, run for them: everything that it complains about, or one sentence instead."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sluice.errors import SluiceError
from sluice.terraform import command
from tests.support.terraform_root import PROJECT

EXISTS = """╷
│ Error: creating Lambda Alias: ResourceConflictException: Alias already exists: live
│
│   with module.worker.aws_lambda_alias.live,
│   on ../modules/function/main.tf line 9
╵
╷
│ Error: ThrottlingException: Rate exceeded, AccessDenied, ExpiredToken
╵
"""
RUN = (
    "import sys; from pathlib import Path; from sluice.terraform import command; "
    "command.run(Path(sys.argv[1]), 'apply')"
)

Speak = Callable[[str], None]


@pytest.fixture
def says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Speak:
    """A terraform that does what a shell script says, in the test's folder."""

    def says(script: str) -> None:
        (tmp_path / "complaint").write_text(EXISTS)
        (tmp_path / "terraform").write_text(f"#!/bin/bash\ncd {tmp_path}\n{script}\n")
        (tmp_path / "terraform").chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    return says


@pytest.mark.parametrize("quiet", [True, False])
def test_what_an_apply_complains_about_is_shown_whole(
    says: Speak, tmp_path: Path, capfd: pytest.CaptureFixture[str], quiet: bool
) -> None:
    says("echo half; cat complaint >&2; exit 1")
    with pytest.raises(command.TerraformError, match="`terraform apply` failed: Terraform says above why") as failed:
        command.run(tmp_path, "apply", quiet=quiet)
    assert capfd.readouterr() == ("" if quiet else "half\n", EXISTS)
    assert "Alias already exists: live with module.worker.aws_lambda_alias.live, on" in failed.value.words


def test_what_an_init_complains_about_is_told_in_a_sentence_instead(
    says: Speak, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    says("echo half; echo 'api error ExpiredToken' >&2; exit 1")
    with pytest.raises(SluiceError, match="The AWS credentials have expired: log in again"):
        command.prepare(tmp_path, "init", environment="dev")
    assert capfd.readouterr() == ("", "")


def test_an_apply_goes_on_when_nobody_reads_any_more(
    says: Speak, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    says("for line in {1..20000}; do echo $line >&2; done; touch done; exit 1")
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb", buffering=0) as nobody:
        monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(nobody))
        with pytest.raises(command.TerraformError) as failed:
            command.run(tmp_path, "apply")
    assert failed.value.words.endswith(" 20000")
    assert (tmp_path / "done").exists()


def test_what_terraform_says_after_ctrl_c_is_shown_and_waited_for(says: Speak, tmp_path: Path) -> None:
    says(
        "trap 'sleep 0.5; echo Interrupted: state saved >&2; touch done; exit 1' INT\n"
        "echo ready; while :; do sleep 0.05; done"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, tmp_path],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    os.killpg(process.pid, signal.SIGINT)
    _, complaint = process.communicate(timeout=20)
    assert complaint.startswith("Interrupted: state saved\n")
    assert "KeyboardInterrupt" in complaint
    assert (tmp_path / "done").exists()


def test_without_terraform_one_is_told_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SluiceError, match="There is no `terraform` on the PATH: install"):
        command.run(PROJECT / "terraform", "plan")
