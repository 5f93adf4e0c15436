"""The process of a sandbox: its files, its environment, its command line and its start.

With bubblewrap, a function has the paths of AWS: its code at /var/task, its layers at /opt and its own /tmp.
"""

import functools
import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from localcloud.runtime.function import Function
from localcloud.runtime.output import Output

Process = subprocess.Popen[bytes]
ENTER = Path(__file__).with_name("enter.py")
TASK, OPT, TEMPORARY = "/var/task", "/opt", "/tmp"  # noqa: S108 # paths inside the sandbox
SYSTEM_DIRECTORIES = ("/usr", "/etc", "/lib", "/lib64", "/bin")

# Linux sends the parent-death signal when the *thread* that forked ends, so one thread that never ends starts all.
_spawner = ThreadPoolExecutor(1, thread_name_prefix="spawn")


@dataclass(frozen=True)
class Layout:
    """The files of a sandbox.

    Attributes:
        code: The directory of the unpacked code.
        layers: The directory of the unpacked layers, if there are any.
        scratch: The directory that becomes /tmp.
        isolated: Whether the function runs in bubblewrap.
    """

    code: Path
    layers: Path | None
    scratch: Path
    isolated: bool

    @property
    def task(self) -> str:
        """The path of the code, as the function sees it."""
        return TASK if self.isolated else str(self.code)

    @property
    def opt(self) -> str:
        """The path of the layers, as the function sees it."""
        return OPT if self.isolated else str(self.layers or self.scratch / "opt")

    @property
    def temporary(self) -> str:
        """The path of the temporary directory, as the function sees it."""
        return TEMPORARY if self.isolated else str(self.scratch)


@dataclass(frozen=True)
class PlatformChannels:
    """The addresses and channels through which a function reaches the platform.

    Attributes:
        runtime_api: host:port of the Lambda Runtime API.
        xray_daemon: host:port of the X-Ray daemon.
        log_stream: The name of the log stream.
        telemetry: The file descriptor of the telemetry pipe.
    """

    runtime_api: str
    xray_daemon: str
    log_stream: str
    telemetry: int


@functools.cache
def get_runtime_name(python: Path) -> str:
    """Get AWS's name of an interpreter, for example 'python3.13'."""
    code = "import sys; print('python%d.%d' % sys.version_info[:2])"
    run = subprocess.run([python, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    return run.stdout.strip()


def create_log_stream_name(function: Function) -> str:
    """Create a log stream name in AWS's format: date, version and a random id."""
    return time.strftime("%Y/%m/%d/[", time.gmtime()) + function.version + "]" + uuid.uuid4().hex


def build_environment(function: Function, layout: Layout, channels: PlatformChannels) -> dict[str, str]:
    """Build all environment variables of a function: AWS's and its own, none of the host's."""
    opt, task = layout.opt, layout.task
    return {
        "AWS_LAMBDA_RUNTIME_API": channels.runtime_api,
        "_LAMBDA_TELEMETRY_LOG_FD": str(channels.telemetry),
        "_HANDLER": function.handler,
        "LAMBDA_TASK_ROOT": task,
        "PWD": task,
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_REGION": function.region,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": function.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": channels.log_stream,
        "AWS_LAMBDA_LOG_FORMAT": function.log_format,
        "AWS_LAMBDA_LOG_LEVEL": function.log_level,
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": channels.xray_daemon,
        "TZ": ":UTC",
        "LANG": "en_US.UTF-8",
        "HOME": layout.temporary,
        "TMPDIR": layout.temporary,
        "PATH": f"{opt}/bin:/usr/local/bin:/usr/bin:/bin",
        "LD_LIBRARY_PATH": f"{task}:{task}/lib:{opt}/lib",
        "PYTHONPATH": f"{task}:{opt}/python/lib/{function.runtime}/site-packages:{opt}/python",
        "PYTHONDONTWRITEBYTECODE": "1",  # /var/task and /opt are read-only on AWS
        **function.environment,
    }


def build_command(python: Path, function: Function, layout: Layout, readable: Sequence[Path]) -> list[str]:
    """Build the command line of the runtime interface client.

    Args:
        python: The interpreter that runs the function.
        function: The function to run.
        layout: The files of the sandbox.
        readable: Files of the host that an isolated function can read as well.
    """
    if layout.isolated:
        return [*_bubblewrap_arguments(python, layout, readable), str(python), "-m", "awslambdaric", function.handler]
    return [str(python), "-I", "-S", str(ENTER), str(os.getpid()), function.handler]


def start_process(command: Sequence[str], directory: Path, environment: dict[str, str], output: Output) -> Process:
    """Start the process in its own process group, so that it can be ended with all its children."""

    def spawn() -> Process:
        return subprocess.Popen(  # noqa: S603
            command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=output.standard_output,
            stderr=subprocess.STDOUT, pass_fds=(output.telemetry,), start_new_session=True,
        )  # fmt: skip

    try:
        return _spawner.submit(spawn).result()
    finally:
        output.start()


@functools.cache
def is_bubblewrap_available() -> bool:
    """Check whether `bwrap` is installed and may create namespaces (containers and some kernels forbid it)."""
    if _find_bubblewrap() is None:
        return False
    probe = [*_base_arguments(), "--", "/usr/bin/env", "true"]
    try:
        return subprocess.run(probe, capture_output=True, timeout=5, check=False).returncode == 0  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False


@functools.cache
def _find_bubblewrap() -> str | None:
    return shutil.which("bwrap")  # an absolute path, since the function has a different PATH


def _bubblewrap_arguments(python: Path, layout: Layout, readable: Sequence[Path]) -> list[str]:
    """Build the command line up to the program: code and layers are read-only, other files of the host are hidden."""
    interpreter = {python.parent.parent, python.resolve().parent.parent}
    visible = [
        argument for path in (*sorted(interpreter), *readable) for argument in ("--ro-bind", str(path), str(path))
    ]
    opt = ["--ro-bind", str(layout.layers), OPT] if layout.layers else ["--dir", OPT]
    return [*_base_arguments(), "--bind", str(layout.scratch), TEMPORARY, *visible, "--ro-bind", str(layout.code), TASK,
            *opt, "--chdir", TASK, "--"]  # fmt: skip


def _base_arguments() -> list[str]:
    arguments = [_find_bubblewrap() or "bwrap", "--unshare-pid", "--unshare-ipc", "--die-with-parent",
                 "--proc", "/proc", "--dev", "/dev"]  # fmt: skip
    for path in map(Path, SYSTEM_DIRECTORIES):
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), str(path)]
        elif path.exists():
            arguments += ["--ro-bind", str(path), str(path)]
    return arguments
