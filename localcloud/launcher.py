"""The launcher's side of a local cloud: start one, find one that runs, stop it, speak to it."""

import contextlib
import os
import subprocess
import urllib.parse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

from localcloud import cleanup, server_process
from localcloud.environments import CloudError, interpreter
from localcloud.settings import API_PATH, LOCK, LOG, SANDBOXES, Settings, State


class LocalCloud:
    """A running cloud; as a context manager it is stopped at the end.

    `directory` holds its log, its state and its sandboxes' folders. A cloud that was started and not detached stops
    when the process that started it ends, however that ends.
    """

    def __init__(self, directory: Path, state: State, server: subprocess.Popen[bytes] | None = None) -> None:
        self.directory = directory
        self.state = state
        self._server = server

    @classmethod
    def start(cls, directory: Path | str, *, port: int = 0, detached: bool = False, skip: Sequence[str] = ()) -> Self:
        """Start a cloud on loopback, on a free port unless one is given.

        `detached`: it outlives this process. `skip` names patches not to apply (see localcloud/patches), showing what
        the emulator does by itself. CloudError when it cannot start; nothing is then left running.
        """
        directory = Path(directory).resolve()
        python = interpreter("cloud")
        settings = Settings(str(directory), str(interpreter("runtime")), port, not detached, tuple(skip))
        try:
            directory.mkdir(parents=True, exist_ok=True)
            log = (directory / LOG).open("ab")
        except OSError as error:
            raise CloudError(f"The local cloud cannot write to {directory}: {error.strerror}.") from error
        with log:
            server = server_process.spawn(python, settings, log.fileno())
        try:
            state = server_process.announced(server, directory / LOG)
        except BaseException:
            server_process.end(server)
            _clear(directory)
            raise
        if detached:
            server.returncode = 0  # it is nobody's to wait for, and Popen would complain
            return cls(directory, state)
        return cls(directory, state, server)

    @classmethod
    def find(cls, directory: Path | str) -> Self | None:
        """The cloud that runs in a directory, or None. What a dead one left there is not mistaken for one."""
        directory = Path(directory).resolve()
        if not server_process.locked(directory / LOCK):
            return None
        try:
            return cls(directory, State.read(directory))
        except (OSError, ValueError, TypeError):
            return None  # it has begun to start or is about to end

    @property
    def endpoint(self) -> str:
        return self.state.endpoint

    @property
    def log(self) -> Path:
        return self.directory / LOG

    def environment(self) -> dict[str, str]:
        """Variables for any client of AWS: boto3, Terraform and its S3 backend, the AWS CLI."""
        given = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
        unproxied = f"{given},127.0.0.1" if given else "127.0.0.1"
        return {
            "AWS_ENDPOINT_URL": self.state.endpoint,
            "AWS_ACCESS_KEY_ID": self.state.access_key,
            "AWS_SECRET_ACCESS_KEY": self.state.secret_key,
            "AWS_REGION": self.state.region,
            "AWS_DEFAULT_REGION": self.state.region,
            "AWS_CA_BUNDLE": self.state.certificate,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_SESSION_TOKEN": "",  # one that belongs to other keys would spoil these
            "NO_PROXY": unproxied,
            "no_proxy": unproxied,  # Python heeds this one first
        }

    def api(self, url: str) -> str:
        """The address here of an HTTP API that AWS would serve at `url`, such as a stage's invoke_url with a path.

        An address on this cloud is given back as it is. Sign requests to it as for the service execute-api.
        """
        parts = urllib.parse.urlsplit(url)
        identity, service, *_ = [*(parts.hostname or "").split("."), ""]
        if service != "execute-api":
            return url
        return f"{self.endpoint}{API_PATH}{identity}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    def sandboxes(self, function: str) -> list[int]:
        """Process ids of the live sandboxes of a function, busy or idle."""
        return sorted(pid for pid in _pids(self.directory / SANDBOXES, function) if _runs(pid))

    def stop(self) -> None:
        """End the cloud and all its sandboxes; a cloud that has ended already is no error."""
        if self._server is not None:
            server_process.end(self._server)
        elif (running := LocalCloud.find(self.directory)) and running.state == self.state:
            server_process.end_found(self.state.pid, self.directory / LOCK)
        _clear(self.directory)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _clear(directory: Path) -> None:
    if not server_process.locked(directory / LOCK):  # another cloud may have begun there
        cleanup.clear(directory)


def _pids(sandboxes: Path, function: str) -> Iterator[int]:
    for file in sandboxes.glob(f"{function}.*/pid"):
        with contextlib.suppress(OSError, ValueError):  # a sandbox may go while one looks
            yield int(file.read_text())


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
