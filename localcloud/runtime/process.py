"""The process of a sandbox: its command, its environment, its start."""

import functools
import os
import subprocess
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from localcloud.runtime import bubblewrap
from localcloud.runtime.function import Function
from localcloud.runtime.output import Output

Process = subprocess.Popen[bytes]
ENTER = Path(__file__).with_name("enter.py")

# Linux sends the parent-death signal when the *thread* that forked ends: every start is made by one that never does.
_spawner = ThreadPoolExecutor(1, thread_name_prefix="spawn")


@dataclass(frozen=True)
class Layout:
    """Where a function finds its things: as it sees them (`task`, `opt`, `temporary`) and where they are."""

    code: Path
    layers: Path | None
    scratch: Path
    isolated: bool

    @property
    def task(self) -> str:
        return bubblewrap.TASK if self.isolated else str(self.code)

    @property
    def opt(self) -> str:
        return bubblewrap.OPT if self.isolated else str(self.layers or self.scratch / "opt")

    @property
    def temporary(self) -> str:
        return bubblewrap.TEMPORARY if self.isolated else str(self.scratch)


@functools.cache
def version_of(python: Path) -> str:
    """AWS's name of what an interpreter is, such as 'python3.13'."""
    code = "import sys; print('python%d.%d' % sys.version_info[:2])"
    run = subprocess.run([python, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    return run.stdout.strip()


def log_stream(function: Function) -> str:
    return time.strftime("%Y/%m/%d/[", time.gmtime()) + function.version + "]" + uuid.uuid4().hex


@dataclass(frozen=True)
class Wiring:
    """How a function reaches the platform: host:port of its Runtime API and of the X-Ray daemon, its log's pipe."""

    runtime_api: str
    traces: str
    stream: str
    telemetry: int


def environment(function: Function, layout: Layout, wiring: Wiring) -> dict[str, str]:
    """All that the function sees: AWS's defined variables and its own; nothing of the host's."""
    opt, task = layout.opt, layout.task
    return {
        "AWS_LAMBDA_RUNTIME_API": wiring.runtime_api,
        "_LAMBDA_TELEMETRY_LOG_FD": str(wiring.telemetry),
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
        "AWS_LAMBDA_LOG_STREAM_NAME": wiring.stream,
        "AWS_LAMBDA_LOG_FORMAT": function.log_format,
        "AWS_LAMBDA_LOG_LEVEL": function.log_level,
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": wiring.traces,
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


def command(python: Path, function: Function, layout: Layout, readable: Sequence[Path]) -> list[str]:
    """The interface client's command line; `readable` are files that an isolated function sees as well."""
    if layout.isolated:
        return [*bubblewrap.arguments(python, layout.code, layout.layers, layout.scratch, readable),
                str(python), "-m", "awslambdaric", function.handler]  # fmt: skip
    return [str(python), "-I", "-S", str(ENTER), str(os.getpid()), function.handler]


def start(command: Sequence[str], directory: Path, environment: dict[str, str], output: Output) -> Process:
    """Start the process in a group of its own, so that it can be ended with all that it started."""

    def spawn() -> Process:
        return subprocess.Popen(  # noqa: S603
            command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=output.standard_output,
            stderr=subprocess.STDOUT, pass_fds=(output.telemetry,), start_new_session=True,
        )  # fmt: skip

    try:
        return _spawner.submit(spawn).result()
    finally:
        output.start()
