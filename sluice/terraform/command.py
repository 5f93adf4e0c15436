"""Terraform as it is run for a person who watches: what it says is seen, Ctrl-C lets it end in order."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from sluice.errors import SluiceError
from sluice.terraform import errors


class TerraformError(SluiceError):
    """Terraform has said itself what failed, whole; `words` are that again, on one line."""

    def __init__(self, command: str, words: str) -> None:
        super().__init__(f"`terraform {command}` failed: Terraform says above why.")
        self.words = words


def prepare(root: Path, *arguments: str, environment: str, variables: Mapping[str, str] = {}) -> None:
    """Run what comes before other commands, quietly; SluiceError when it fails: with the fix.

    `environment` is the one that the sentence names; `variables` are added to this process's.
    """
    code, complaint = _run(root, *arguments, "-no-color", shows=False, tells=False, variables=variables)
    if code:
        raise SluiceError(errors.sentence(complaint, environment))


def run(root: Path, command: str, *arguments: str, quiet: bool = False, variables: Mapping[str, str] = {}) -> None:
    """Run a command that looks or changes; TerraformError when it fails. What it complains about is shown as it comes.

    Nothing may stand for that: it names what exists already, who holds the lock, where the state was saved.
    """
    colour = [] if sys.stdout.isatty() else ["-no-color"]
    code, complaint = _run(root, command, *arguments, *colour, shows=not quiet, tells=True, variables=variables)
    if code:
        raise TerraformError(command, errors.words(complaint))


def _run(root: Path, *arguments: str, shows: bool, tells: bool, variables: Mapping[str, str]) -> tuple[int, str]:
    """Its exit code and what it complained about."""
    complaint = bytearray()
    if shutil.which("terraform") is None:
        raise SluiceError(errors.MISSING)
    with (
        _ctrl_c_is_for_terraform(),
        subprocess.Popen(  # noqa: S603
            ["terraform", f"-chdir={root}", *arguments],  # noqa: S607 - whichever one the operator uses
            stdout=None if shows else subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, **variables},
        ) as process,
    ):
        stderr = cast("IO[bytes]", process.stderr).fileno()
        while said := os.read(stderr, 65536):
            complaint += said
            if tells:
                with suppress(OSError):  # nobody may be reading any more: Terraform must go on none the less
                    sys.stderr.buffer.write(said)
                    sys.stderr.buffer.flush()
    return process.returncode, complaint.decode(errors="replace")


@contextmanager
def _ctrl_c_is_for_terraform() -> Iterator[None]:
    """It hears it, too, finishes what it has begun and records it; KeyboardInterrupt comes after that."""
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if heard:
        raise KeyboardInterrupt
