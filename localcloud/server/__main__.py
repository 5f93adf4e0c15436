"""Serves one local cloud until it receives a signal or its launcher ends.

Writes one line of JSON to standard output: the cloud's state once it serves, or {"error": message}. Everything else is
written to the log.
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

from localcloud.server import certificate, emulator
from localcloud.settings import VARIABLE, CloudError, Settings
from localcloud.state import LOCK, TLS, State, remove_files

BACKLOG = 256
LOCK_ATTEMPTS = 5


def main() -> None:
    """Serve with the settings of the environment variable that the launcher has set."""
    settings = Settings.from_json(os.environ.pop(VARIABLE))
    directory = Path(settings.directory)
    try:
        emulator.check_version()
        with _lock(directory):
            try:
                remove_files(directory)
                _serve(settings, directory)
            finally:
                remove_files(directory)
    except CloudError as error:
        _exit_with_error(str(error))
    except OSError as error:
        _exit_with_error(f"The local cloud cannot start in {directory}: {error.strerror}.")


def _serve(settings: Settings, directory: Path) -> None:
    listener = _listen(settings.port)
    emulator.configure(directory, listener.getsockname()[1])
    created = certificate.create_certificate(directory / TLS)
    from localcloud.server import serve  # only now: ministack reads its environment variables when it is imported

    serve.serve(settings, created, listener)


def _lock(directory: Path) -> IO[bytes]:
    """Lock the directory for the life of this process."""
    lock = (directory / LOCK).open("ab")
    for _ in range(LOCK_ATTEMPTS):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.05)  # is_locked() holds the lock for a moment
        else:
            return lock
    lock.close()
    try:
        state = State.load(directory)
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
        message = (
            f"Cannot bind port {port}: {error.strerror}. Stop the program that uses it, or choose another with --port."
        )
        raise CloudError(message) from None
    listener.listen(BACKLOG)
    return listener


def _exit_with_error(message: str) -> None:
    sys.stdout.write(json.dumps({"error": message}) + "\n")
    sys.stdout.flush()
    os._exit(1)


main()
