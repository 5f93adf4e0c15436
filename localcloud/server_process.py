"""Starts the server process, waits until it serves, and ends it."""

import contextlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path

from localcloud.settings import ROOT, VARIABLE, CloudError, Settings
from localcloud.state import State, is_locked

STOP_SECONDS = 10.0


def start_server(python: Path, settings: Settings, log: int) -> subprocess.Popen[bytes]:
    """Start the server process with a clean environment.

    Args:
        python: The interpreter of build/venv/cloud.
        settings: Passed to the server in an environment variable.
        log: The file descriptor that receives standard error.
    """
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": settings.directory,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        VARIABLE: settings.to_json(),
    }
    return subprocess.Popen(  # noqa: S603
        [python, "-m", "localcloud.server"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE if settings.lifeline else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
        start_new_session=True,  # Ctrl-C reaches only the launcher, which then stops the cloud in order
    )


def wait_until_ready(server: subprocess.Popen[bytes], log: Path) -> State:
    """Return the state that the server writes to standard output once it serves.

    Raises:
        CloudError: The server cannot start.
    """
    assert server.stdout is not None
    with server.stdout:
        line = server.stdout.readline()
    if not line:
        raise CloudError(f"The local cloud ended before it was ready: see the end of {log}.")
    announcement = json.loads(line)
    if "error" in announcement:
        raise CloudError(announcement["error"])
    return State(**announcement)


def stop_child(server: subprocess.Popen[bytes]) -> None:
    """End a server that this process started; kill it after STOP_SECONDS."""
    if server.stdin is not None:
        server.stdin.close()
    server.terminate()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def stop_process(pid: int, directory: Path) -> None:
    """End the server with a process id and wait until `directory` is unlocked; kill it after STOP_SECONDS."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while is_locked(directory):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)
