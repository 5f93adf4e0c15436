"""A copy of the project with a small stack in place of the real one, to test work on a shared Terraform state."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from localcloud import LocalCloud
from tests.support.terraform_root import PROJECT

STACKS = Path(__file__).parent / "stacks"
_MAKEFILE = f"include {PROJECT}/Makefile\nbuild: # the small stacks deploy no builds\n\t@:\n"


@dataclass(frozen=True)
class Result:
    """A finished command: its exit code and its output."""

    code: int
    text: str


class Checkout:
    """A copy of the project with a state bucket of its own.

    An apply of the stack stops half-way after `hold_applies`, until `release_applies`.

    Args:
        folder: An empty folder for the copy.
        cloud: The local cloud to deploy to.
        bucket: Name of the state bucket.
        stack: Name of a file of stacks/.
    """

    def __init__(self, folder: Path, cloud: LocalCloud, bucket: str, stack: str) -> None:
        self.folder, self._gate = folder, folder / "gate"
        (folder / "Makefile").write_text(_MAKEFILE)
        # Copied, because it looks for its cloud beside its own files.
        shutil.copytree(PROJECT / "localcloud", folder / "localcloud", ignore=shutil.ignore_patterns("__pycache__"))
        for part in ("lambdas", "models", "modules", "sluice"):
            (folder / part).symlink_to(PROJECT / part)
        (folder / "build" / "out").mkdir(parents=True)
        (folder / "build" / "out" / "cloud").symlink_to(cloud.directory)
        for entry in (PROJECT / "build").iterdir():
            if entry.name != "out":
                (folder / "build" / entry.name).symlink_to(entry)
        shutil.copytree(PROJECT / "terraform" / "bootstrap", folder / "terraform" / "bootstrap")
        shutil.copytree(PROJECT / "terraform" / "environments", folder / "terraform" / "environments")
        shutil.copy(PROJECT / "terraform" / "backend.tf", folder / "terraform")
        shutil.copy(STACKS / f"{stack}.tf", folder / "terraform")
        if "aws_" in (STACKS / f"{stack}.tf").read_text():
            for file in ("providers.tf", "versions.tf"):
                shutil.copy(PROJECT / "terraform" / file, folder / "terraform")
        environments = folder / "terraform" / "environments"
        (environments / "local.tfvars").write_text('environment = "local"\n')
        settings = environments / "local.s3.tfbackend"
        settings.write_text(settings.read_text().replace("sluice-local-state", bucket))
        self._gate.mkdir()
        self.release_applies()

    def start(self, command: str) -> "subprocess.Popen[str]":
        """Start a shell command in a session of its own, as a terminal does; it reads `yes` from standard input."""
        read_end, write_end = os.pipe()
        os.write(write_end, b"yes\n")  # before the start, because the command may end without reading
        os.close(write_end)
        with os.fdopen(read_end) as standard_input:
            return subprocess.Popen(
                ["bash", "-c", command],
                cwd=self.folder,
                env={name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_", "MAKE"))}
                | {"APPLY_GATE": str(self._gate)},
                stdin=standard_input,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )

    def run(self, command: str) -> Result:
        """Run a shell command."""
        return wait_for_exit(self.start(command))

    def run_successfully(self, command: str) -> str:
        """Run a shell command that must succeed, and return its output."""
        result = self.run(command)
        assert result.code == 0, f"{command}: {result.text}"
        return result.text

    def hold_applies(self) -> None:
        """Make later applies stop half-way."""
        for file in self._gate.iterdir():
            file.unlink()

    def release_applies(self) -> None:
        """Let held and later applies continue."""
        (self._gate / "open").touch()

    def wait_until_held(self) -> None:
        """Wait until an apply has stopped half-way."""
        wait_until(lambda: any(self._gate.glob("held-*")), "no apply stopped half-way")


def wait_for_exit(process: "subprocess.Popen[str]") -> Result:
    """Wait until a command has exited."""
    text, _ = process.communicate(timeout=240)
    return Result(process.returncode, re.sub(r"\x1b\[[0-9;]*m", "", text))


def send_signal(process: "subprocess.Popen[str]", number: signal.Signals) -> Result:
    """Send a signal to a command and all processes of its session, as a terminal does, and wait for its exit."""
    os.killpg(process.pid, number)
    return wait_for_exit(process)


def wait_until(condition: Callable[[], bool], message: str, seconds: float = 60) -> None:
    """Wait until a condition holds; fail with the message after a time."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, message
        sleep(0.02)
