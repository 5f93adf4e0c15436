"""A competitor's process: started on given cores, measured in turns, stopped while others run."""

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, Self

from bench import usage

RUNNER = Path(__file__).parent / "programs" / "runner.py"


class CompetitorError(Exception):
    """A competitor exited or failed; the message names it and ends with the last line of its log."""


@dataclass(frozen=True)
class Competitor:
    """A program that answers events.

    Attributes:
        name: The name in samples.
        network: The network that it classifies with.
        interpreter: The Python that runs it.
        handler: Its handler, as module:function.
        environment: Its environment variables.
        fields: Fields of every event besides its records.
    """

    name: str
    network: str
    interpreter: Path
    handler: str
    environment: Mapping[str, str]
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cost:
    """Elapsed time and processor time in seconds."""

    wall: float
    cpu: float

    def divide(self, count: int) -> "Cost":
        """Compute the cost of one of `count` images."""
        return Cost(self.wall / count, self.cpu / count)


class RunningCompetitor:
    """A competitor's process, in a process group of its own. `cores` are the processors that it may use."""

    def __init__(self, competitor: Competitor, cores: Sequence[int], folder: Path) -> None:
        self.competitor = competitor
        self.cores = tuple(cores)
        self._peak = 0
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / f"{competitor.name}-{competitor.network}.log"
        self._started = perf_counter()
        with self._log.open("wb") as log, _pinned_to(self.cores):
            self._process = subprocess.Popen(  # noqa: S603
                [competitor.interpreter, RUNNER, competitor.handler],
                env=dict(competitor.environment),
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        self.group = self._process.pid

    def request(self, event: Mapping[str, Any]) -> tuple[Any, Cost]:
        """Send an event; return its reply and its cost; the first cost includes the start of the process."""
        if not self._peak:
            return self._request_first(event)
        before, started = usage.cpu_seconds(self._members()), perf_counter()
        reply = self._exchange(event)
        return reply, Cost(perf_counter() - started, usage.cpu_seconds(self._members()) - before)

    def _request_first(self, event: Mapping[str, Any]) -> tuple[Any, Cost]:
        """Watch the memory, because a start has its own peak. Later requests are too short for watching."""
        with usage.MemoryWatch([self.group]) as watch:
            reply = self._exchange(event)
            wall = perf_counter() - self._started
        self._peak = watch.peak
        return reply, Cost(wall, usage.cpu_seconds(self._members()))

    def peak_bytes(self) -> int:
        """Measure the peak memory so far, in bytes."""
        members = self._members()
        self._peak = max(self._peak, usage.peak_resident_bytes(members), usage.resident_bytes(members))
        return self._peak

    @contextlib.contextmanager
    def resumed(self) -> Iterator[Self]:
        """Let the process run within the context; it is stopped outside, so that it cannot disturb others."""
        os.killpg(self.group, signal.SIGCONT)
        try:
            yield self
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.group, signal.SIGSTOP)

    def stop(self) -> None:
        """Kill the process and all processes that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.group, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _exchange(self, event: Mapping[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps({**event, **self.competitor.fields}).encode() + b"\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise CompetitorError(
                f"{self.competitor.name} with {self.competitor.network} exited: {self._last_log_line()}"
            )
        return json.loads(line)

    def _members(self) -> list[int]:
        return usage.list_group(self.group)

    def _last_log_line(self) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "its log is empty"


@contextlib.contextmanager
def _pinned_to(cores: Sequence[int]) -> Iterator[None]:
    """Start processes within the context on these processors only."""
    saved = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, saved)
