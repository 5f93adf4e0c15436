"""Serves one local cloud until it is told to stop or its parent is gone.

Says one line of JSON on standard output: its state once it serves, or {"refused": sentence}. All else goes to the log.
"""

import errno
import fcntl
import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import IO

from localcloud import cleanup
from localcloud.environments import CloudError
from localcloud.server import certificate, emulator
from localcloud.settings import LOCK, VARIABLE, Settings, State

BACKLOG = 256
LOCK_TRIES = 5


def main() -> None:
    settings = Settings.from_json(os.environ.pop(VARIABLE))
    directory = Path(settings.directory)
    try:
        emulator.require_version()
        with _lock(directory):
            try:
                cleanup.clear(directory)
                _start(settings, directory)
            finally:
                cleanup.clear(directory)
    except CloudError as error:
        _refuse(str(error))
    except OSError as error:
        _refuse(f"The local cloud cannot start in {directory}: {error.strerror}.")


def _start(settings: Settings, directory: Path) -> None:
    listener = _listen(settings.port)
    emulator.configure(directory, listener.getsockname()[1])
    made = certificate.make(directory / "tls")
    from localcloud.server import serve  # not before: ministack reads its settings while it is imported

    serve.serve(settings, made, listener)


def _lock(directory: Path) -> IO[bytes]:
    """Hold the directory for this process's life; CloudError when another cloud holds it."""
    lock = (directory / LOCK).open("ab")
    for _ in range(LOCK_TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.05)  # whoever asks whether a cloud runs holds the lock for a moment
        else:
            return lock
    lock.close()
    try:
        state = State.read(directory)
    except (OSError, ValueError, TypeError):
        raise CloudError(f"Another local cloud is starting or stopping in {directory}: try again.") from None
    raise CloudError(
        f"A local cloud already runs in {directory} (process {state.pid}, {state.endpoint}): "
        "use it, or stop it with `python -m localcloud down`."
    )


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        sentence = f"Port {port} cannot be had ({error.strerror}): stop what uses it, or name another."
        raise CloudError(sentence) from None
    listener.listen(BACKLOG)
    return listener


def _refuse(sentence: str) -> None:
    sys.stdout.write(json.dumps({"refused": sentence}) + "\n")
    sys.stdout.flush()
    os._exit(1)


main()
