"""A contestant's process as the benchmark sees it: started on given cores, asked in turn, stopped while others run."""

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

RUNNER = Path(__file__).parent / "contestants" / "runner.py"
_PATIENCE = 120.0


class ContestantError(Exception):
    """A contestant ended or answered with an error; the message names it and ends with its own last words."""


@dataclass(frozen=True)
class Contestant:
    """A program that answers events: `interpreter` runs `entry` ("module" with a `handler`) in `environment`."""

    name: str
    network: str
    interpreter: Path
    entry: str
    environment: Mapping[str, str]
    fields: Mapping[str, Any] = field(default_factory=dict)  # what each event carries besides its records


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock and of processors."""

    wall: float
    cpu: float

    def per(self, count: int) -> "Cost":
        """Of each, when it was the cost of `count`."""
        return Cost(self.wall / count, self.cpu / count)


class Running:
    """A contestant's process, in a group of its own. `cores` are the processors that it may use."""

    def __init__(self, contestant: Contestant, cores: Sequence[int], scratch: Path) -> None:
        self.contestant = contestant
        self.cores = tuple(cores)
        self._peak = 0
        scratch.mkdir(parents=True, exist_ok=True)
        self._log = scratch / f"{contestant.name}-{contestant.network}.log"
        self._began = perf_counter()
        with self._log.open("wb") as log, _only_on(self.cores):
            self._process = subprocess.Popen(  # noqa: S603
                [contestant.interpreter, RUNNER, contestant.entry],
                env=dict(contestant.environment),
                cwd=scratch,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        self.group = self._process.pid

    def ask(self, event: Mapping[str, Any]) -> tuple[Any, Cost]:
        """The reply to an event, and what it cost; the first one's cost is all since the process was started."""
        if not self._peak:
            return self._first(event)
        before, began = usage.cpu_seconds(self._members()), perf_counter()
        reply = self._exchange(event)
        return reply, Cost(perf_counter() - began, usage.cpu_seconds(self._members()) - before)

    def _first(self, event: Mapping[str, Any]) -> tuple[Any, Cost]:
        """Memory is looked at meanwhile: a start has a peak of its own, and looking would disturb what is shorter."""
        with usage.Watch([self.group]) as watch:
            reply = self._exchange(event)
            wall = perf_counter() - self._began
        self._peak = watch.peak
        return reply, Cost(wall, usage.cpu_seconds(self._members()))

    def peak_bytes(self) -> int:
        """The most memory that it has had so far."""
        members = self._members()
        self._peak = max(self._peak, usage.highest_bytes(members), usage.resident_bytes(members))
        return self._peak

    @contextlib.contextmanager
    def turn(self) -> Iterator[Self]:
        """Let it run for a while; outside its turns it is stopped, so that it cannot disturb the others."""
        os.killpg(self.group, signal.SIGCONT)
        try:
            yield self
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.group, signal.SIGSTOP)

    def stop(self) -> None:
        """End the process and all that it started."""
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
            self._process.stdin.write(json.dumps({**event, **self.contestant.fields}).encode() + b"\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise ContestantError(f"{self.contestant.name} with {self.contestant.network} ended: {self._last_words()}")
        return json.loads(line)

    def _members(self) -> list[int]:
        return usage.members(self.group)

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


@contextlib.contextmanager
def _only_on(cores: Sequence[int]) -> Iterator[None]:
    """What is started meanwhile runs on these processors alone."""
    kept = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, kept)
