"""Starts, finds and stops a local cloud, and returns the settings that AWS clients need to use it."""

import contextlib
import os
import subprocess
import urllib.parse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

from localcloud import server_process
from localcloud.settings import API_PATH, CloudError, Settings, find_python
from localcloud.state import LOG, SANDBOXES, State, is_locked, remove_files


class LocalCloud:
    """A running cloud; as a context manager it is stopped at the end.

    A cloud that was started and not detached also stops when the process that started it ends, even if that process
    is killed.

    Attributes:
        directory: Holds the cloud's log, its state and its sandboxes.
        state: The address and keys of the cloud.
    """

    def __init__(self, directory: Path, state: State, server: subprocess.Popen[bytes] | None = None) -> None:
        self.directory = directory
        self.state = state
        self._server = server

    @classmethod
    def start(cls, directory: Path | str, *, port: int = 0, detached: bool = False, skip: Sequence[str] = ()) -> Self:
        """Start a cloud on loopback.

        Args:
            directory: Where the cloud keeps its files; created if needed.
            port: The port to listen on; 0 selects a free one.
            detached: Keep the cloud running after this process ends.
            skip: Names of patches that are not applied (see localcloud/patches), to show what the emulator does by
                itself.

        Raises:
            CloudError: The cloud cannot start. No process is left running.
        """
        directory = Path(directory).resolve()
        python = find_python("cloud")
        settings = Settings(str(directory), str(find_python("runtime")), port, not detached, tuple(skip))
        try:
            directory.mkdir(parents=True, exist_ok=True)
            log = (directory / LOG).open("ab")
        except OSError as error:
            raise CloudError(f"The local cloud cannot write to {directory}: {error.strerror}.") from error
        with log:
            server = server_process.start_server(python, settings, log.fileno())
        try:
            state = server_process.wait_until_ready(server, directory / LOG)
        except BaseException:
            server_process.stop_child(server)
            _clean_up(directory)
            raise
        if detached:
            server.returncode = 0  # this process will not wait for it, and Popen would warn about that
            return cls(directory, state)
        return cls(directory, state, server)

    @classmethod
    def find(cls, directory: Path | str) -> Self | None:
        """Return the cloud that runs in a directory, or None. Files of a stopped cloud are ignored."""
        directory = Path(directory).resolve()
        if not is_locked(directory):
            return None
        try:
            return cls(directory, State.load(directory))
        except (OSError, ValueError, TypeError):
            return None  # it is starting or stopping

    @property
    def endpoint(self) -> str:
        """The URL of every AWS service of the cloud."""
        return self.state.endpoint

    @property
    def log(self) -> Path:
        """The cloud's log file; it stays after the cloud has stopped."""
        return self.directory / LOG

    def environment(self) -> dict[str, str]:
        """Return environment variables for any AWS client: boto3, Terraform and its S3 backend, the AWS CLI."""
        excluded = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
        no_proxy = f"{excluded},127.0.0.1" if excluded else "127.0.0.1"
        return {
            "AWS_ENDPOINT_URL": self.state.endpoint,
            "AWS_ACCESS_KEY_ID": self.state.access_key,
            "AWS_SECRET_ACCESS_KEY": self.state.secret_key,
            "AWS_REGION": self.state.region,
            "AWS_DEFAULT_REGION": self.state.region,
            "AWS_CA_BUNDLE": self.state.certificate,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_SESSION_TOKEN": "",  # a token of other keys would invalidate these
            "NO_PROXY": no_proxy,
            "no_proxy": no_proxy,  # Python gives this one precedence
        }

    def resolve_api_url(self, url: str) -> str:
        """Return the local URL of an HTTP API.

        Sign requests to it for the service execute-api.

        Args:
            url: The URL that AWS would serve, for example a stage's invoke_url followed by a path. A URL of this
                cloud is returned unchanged.
        """
        parts = urllib.parse.urlsplit(url)
        api_id, service, *_ = [*(parts.hostname or "").split("."), ""]
        if service != "execute-api":
            return url
        return f"{self.endpoint}{API_PATH}{api_id}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    def sandbox_pids(self, function: str) -> list[int]:
        """Return the process ids of a function's live sandboxes, busy or idle."""
        return sorted(pid for pid in _read_pids(self.directory / SANDBOXES, function) if _is_running(pid))

    def stop(self) -> None:
        """Stop the cloud and all its sandboxes; does nothing if it has already stopped."""
        if self._server is not None:
            server_process.stop_child(self._server)
        elif (running := LocalCloud.find(self.directory)) and running.state == self.state:
            server_process.stop_process(self.state.pid, self.directory)
        _clean_up(self.directory)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _clean_up(directory: Path) -> None:
    if not is_locked(directory):  # another cloud may have started there
        remove_files(directory)


def _read_pids(sandboxes: Path, function: str) -> Iterator[int]:
    for file in sandboxes.glob(f"{function}.*/pid"):
        with contextlib.suppress(OSError, ValueError):  # a sandbox may end at any time
            yield int(file.read_text())


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
