"""The server's process as its launcher sees it: started, heard, ended; and the lock that says whether one lives."""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time
from pathlib import Path

from localcloud.environments import ROOT, CloudError
from localcloud.settings import VARIABLE, Settings, State

STOP_SECONDS = 10.0


def spawn(python: Path, settings: Settings, log: int) -> subprocess.Popen[bytes]:
    clean = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": settings.directory,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        VARIABLE: settings.to_json(),
    }
    return subprocess.Popen(  # noqa: S603
        [python, "-m", "localcloud.server"],
        cwd=ROOT,
        env=clean,
        stdin=subprocess.PIPE if settings.lifeline else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
        start_new_session=True,  # Ctrl-C reaches the launcher alone, which stops the cloud in order
    )


def announced(server: subprocess.Popen[bytes], log: Path) -> State:
    """The server's one line on standard output: its state, or the sentence that says why there is none."""
    assert server.stdout is not None
    with server.stdout:
        line = server.stdout.readline()
    if not line:
        raise CloudError(f"The local cloud ended before it had started; the end of {log} says why.")
    announcement = json.loads(line)
    if "refused" in announcement:
        raise CloudError(announcement["refused"])
    return State(**announcement)


def end(server: subprocess.Popen[bytes]) -> None:
    if server.stdin is not None:
        server.stdin.close()
    server.terminate()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def end_found(pid: int, lock: Path) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while locked(lock):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)


def locked(lock: Path) -> bool:
    """Whether a server holds the lock; the kernel frees it with the process, so no dead one ever does."""
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
