"""Running Terraform: its errors are shown whole, or explained in one sentence."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import sleep

import pytest

from sluice.errors import SluiceError
from sluice.terraform import runner, stack
from sluice.terraform.runner import TerraformError
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
    "import sys; from pathlib import Path; from sluice.terraform import runner; runner.show(Path(sys.argv[1]), 'apply')"
)

FakeTerraform = Callable[[str], None]


@pytest.fixture
def fake_terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeTerraform:
    """Install a `terraform` that runs a shell script in the test's folder."""

    def install(script: str) -> None:
        (tmp_path / "stderr").write_text(EXISTS)
        (tmp_path / "terraform").write_text(f"#!/bin/bash\ncd {tmp_path}\n{script}\n")
        (tmp_path / "terraform").chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    return install


@pytest.mark.parametrize("quiet", [True, False])
def test_show_prints_all_errors_of_terraform(
    fake_terraform: FakeTerraform, tmp_path: Path, capfd: pytest.CaptureFixture[str], quiet: bool
) -> None:
    fake_terraform("echo half; cat stderr >&2; exit 1")
    with pytest.raises(TerraformError, match="`terraform apply` failed: its message is above") as raised:
        runner.show(tmp_path, "apply", quiet=quiet)
    assert capfd.readouterr() == ("" if quiet else "half\n", EXISTS)
    assert "Alias already exists: live with module.worker.aws_lambda_alias.live, on" in raised.value.stderr


def test_initialize_prints_an_explanation_instead_of_the_error(
    fake_terraform: FakeTerraform, capfd: pytest.CaptureFixture[str]
) -> None:
    fake_terraform("echo half; echo 'api error ExpiredToken' >&2; exit 1")
    with pytest.raises(SluiceError, match="The AWS credentials have expired: log in again"):
        stack.initialize("dev")
    assert capfd.readouterr() == ("", "")


def test_show_continues_when_standard_error_is_closed(
    fake_terraform: FakeTerraform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_terraform("for line in {1..20000}; do echo $line >&2; done; touch done; exit 1")
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb", buffering=0) as closed:
        monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(closed))
        with pytest.raises(TerraformError) as raised:
            runner.show(tmp_path, "apply")
    assert raised.value.stderr.endswith(" 20000")
    assert (tmp_path / "done").exists()


def test_show_after_ctrl_c_waits_for_terraform(fake_terraform: FakeTerraform, tmp_path: Path) -> None:
    fake_terraform(
        "trap 'sleep 0.5; echo Interrupted: state saved >&2; touch done; exit 1' INT\n"
        "echo ready; for _ in {1..600}; do sleep 0.05; done"
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
    _, stderr = process.communicate(timeout=20)
    assert stderr.startswith("Interrupted: state saved\n")
    assert "KeyboardInterrupt" in stderr
    assert (tmp_path / "done").exists()


def test_capture_after_ctrl_c_stops_terraform(fake_terraform: FakeTerraform, tmp_path: Path) -> None:
    fake_terraform("trap 'touch done; exit 1' INT\ntouch ready; for _ in {1..600}; do sleep 0.05; done")
    capture = (
        "import sys; from pathlib import Path; from sluice.terraform import runner; runner.capture(Path('/'), 'x')"
    )
    process = subprocess.Popen([sys.executable, "-c", capture], cwd=PROJECT, stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "ready").exists():
        sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)
    assert "KeyboardInterrupt" in stderr
    assert (tmp_path / "done").exists()


def test_show_without_terraform_says_where_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SluiceError, match="There is no `terraform` on the PATH: install"):
        runner.show(PROJECT / "terraform", "plan")
