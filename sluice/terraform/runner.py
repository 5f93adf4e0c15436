"""Run Terraform: shown to the person at the terminal, or captured."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Self, cast

from build import provider_mirror
from sluice.errors import SluiceError
from sluice.terraform import errors


class TerraformError(SluiceError):
    """Terraform failed. `stderr` is what it wrote to standard error, on one line; `returncode` its exit code."""

    def __init__(self, message: str, stderr: str, returncode: int = 1) -> None:
        super().__init__(message)
        self.stderr = errors.flatten(stderr)
        self.returncode = returncode


def show(root: Path, command: str, *arguments: str, quiet: bool = False, variables: Mapping[str, str] = {}) -> None:
    """Run a command in front of the person at the terminal, who can answer its questions and interrupt it.

    Terraform's errors are printed as they come and never replaced: they name the resource that exists already, the
    person who holds the lock, the file that the state was saved to.

    Args:
        root: The folder of the Terraform root.
        command: Terraform's command, for example "apply".
        arguments: Its options and arguments.
        quiet: Do not show standard output.
        variables: Environment variables in addition to those of this process.

    Raises:
        TerraformError: The command failed.
        KeyboardInterrupt: Ctrl-C was pressed; Terraform has ended and saved its state before this is raised.
        SluiceError: Terraform is not installed.
    """
    colour = [] if sys.stdout.isatty() else ["-no-color"]
    stderr = bytearray()
    with (
        _Interrupts(),
        _start(
            root,
            [command, *arguments, *colour],
            variables,
            stdout=subprocess.DEVNULL if quiet else None,
            stderr=subprocess.PIPE,
        ) as process,
    ):
        pipe = cast("IO[bytes]", process.stderr).fileno()
        while chunk := os.read(pipe, 65536):
            stderr += chunk
            with suppress(OSError):  # a closed standard error must not stop an apply half-way
                sys.stderr.buffer.write(chunk)
                sys.stderr.buffer.flush()
    if process.returncode:
        message = f"`terraform {command}` failed: its message is above."
        raise TerraformError(message, stderr.decode(errors="replace"), process.returncode)


def capture(root: Path, command: str, *arguments: str, variables: Mapping[str, str] = {}) -> str:
    """Run a command without a terminal and return its standard output.

    Args:
        root: The folder of the Terraform root.
        command: Terraform's command, for example "output".
        arguments: Its options and arguments.
        variables: Environment variables in addition to those of this process.

    Raises:
        TerraformError: The command failed; the message ends with Terraform's own.
        KeyboardInterrupt: Ctrl-C was pressed; Terraform has ended before this is raised.
        SluiceError: Terraform is not installed.
    """
    with _Interrupts() as interrupts:
        process = _start(
            root,
            [command, "-no-color", *arguments],
            variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # so that its plugins can be stopped with it
        )
        interrupts.forward_to(process)
        try:
            output, stderr = (text.decode(errors="replace") for text in process.communicate())
        except BaseException:
            _signal_group(process, signal.SIGKILL)
            raise
    if process.returncode:
        reason = stderr or output
        raise TerraformError(f"terraform {command} failed:\n{reason.strip()}", reason, process.returncode)
    return output


def _start(root: Path, arguments: list[str], variables: Mapping[str, str], **options: Any) -> "subprocess.Popen[bytes]":
    if shutil.which("terraform") is None:
        raise SluiceError(errors.MISSING_TERRAFORM)
    return subprocess.Popen(  # noqa: S603
        ["terraform", f"-chdir={root}", *arguments],  # noqa: S607 - the operator's own Terraform
        env={**provider_mirror.terraform_variables(), **variables},
        **options,
    )


def _signal_group(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)


class _Interrupts:
    """Defers Ctrl-C until Terraform has ended, and raises KeyboardInterrupt then.

    A terminal interrupts the commands of its own process group by itself. A command of another session gets the first
    interrupt forwarded, and is killed by the second.
    """

    def __init__(self) -> None:
        self._count = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._before: Any = None

    def forward_to(self, process: "subprocess.Popen[bytes]") -> None:
        """Forward interrupts to a process that leads a session, also one that came before the process started."""
        self._process = process
        if self._count:
            _signal_group(process, signal.SIGINT)

    def _handle(self, *_: object) -> None:
        self._count += 1
        if self._process:
            _signal_group(self._process, signal.SIGINT if self._count == 1 else signal.SIGKILL)

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():  # only there can signals be handled
            self._before = signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
        if self._count:
            raise KeyboardInterrupt
