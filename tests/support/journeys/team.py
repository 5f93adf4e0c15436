"""A team's copy of the project with a small stack instead of the real one: for what people do with its state."""

import os
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from localcloud import LocalCloud
from tests.support.terraform_root import PROJECT

STACKS = Path(__file__).parent / "stacks"
_MAKEFILE = f"include {PROJECT}/Makefile\nbuild: # there is nothing to build for so small a stack\n\t@:\n"


@dataclass(frozen=True)
class Said:
    """How a command ended, and all that it said."""

    code: int
    text: str


class Team:
    """The copy, in `folder`: all but the stack, one of stacks/, and the bucket's name is the project's own.

    An apply of the stack stops half-way while it is held.
    """

    def __init__(self, folder: Path, cloud: LocalCloud, bucket: str, stack: str) -> None:
        self.folder, self._signs = folder, folder / "signs"
        (folder / "Makefile").write_text(_MAKEFILE)
        for part in ("lambdas", "localcloud", "models", "modules", "sluice"):
            (folder / part).symlink_to(PROJECT / part)
        (folder / "build" / "out").mkdir(parents=True)
        (folder / "build" / "out" / "cloud").symlink_to(cloud.directory)
        for made in (PROJECT / "build").iterdir():
            if made.name != "out":
                (folder / "build" / made.name).symlink_to(made)
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
        self._signs.mkdir()
        self.go()

    def start(self, command: str) -> "subprocess.Popen[str]":
        """A command as a person types it, in a session of its own as if in a terminal; yes to what it asks."""
        answer, typed = os.pipe()
        os.write(typed, b"yes\n")  # before there is a reader that may end without reading
        os.close(typed)
        with os.fdopen(answer) as standard_input:
            return subprocess.Popen(
                ["bash", "-c", command],
                cwd=self.folder,
                env={name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_", "MAKE"))}
                | {"DRILL": str(self._signs)},
                stdin=standard_input,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )

    def run(self, command: str) -> Said:
        return ended(self.start(command))

    def does(self, command: str) -> str:
        """Run what must not fail; what it said."""
        said = self.run(command)
        assert said.code == 0, f"{command}: {said.text}"
        return said.text

    def hold(self) -> None:
        """From now on an apply stops half-way."""
        for sign in self._signs.iterdir():
            sign.unlink()

    def go(self) -> None:
        """Whatever is held goes on, and nothing is held any more."""
        (self._signs / "go").touch()

    def held(self) -> None:
        """Wait until an apply is half-way."""
        until(lambda: list(self._signs.glob("held-*")), "no apply came half-way")


def ended(process: "subprocess.Popen[str]") -> Said:
    """Wait for a command's end."""
    text, _ = process.communicate(timeout=240)
    return Said(process.returncode, re.sub(r"\x1b\[[0-9;]*m", "", text))


def signalled(process: "subprocess.Popen[str]", number: signal.Signals) -> Said:
    """Send a signal to a command and all that it has started, as a terminal does, and wait for its end."""
    os.killpg(process.pid, number)
    return ended(process)


def until(condition: object, otherwise: str, seconds: float = 60) -> None:
    """Wait until a condition holds."""
    assert callable(condition)
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, otherwise
        sleep(0.02)
