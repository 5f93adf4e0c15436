"""What every stage works with: surroundings and line-up, how often to measure, and the measuring in turns."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from bench.lineup import Lineup
from bench.process import Contestant, ContestantError, Cost, Running
from bench.samples import Sample
from bench.world import World

Measure = Callable[[Running, int], Iterator[Sample]]


@dataclass(frozen=True)
class Bench:
    """`networks` are those to be measured, `cores` the two processors that are used.

    `dropped` tells which contestants failed, and why; the others are measured all the same.
    """

    world: World
    lineup: Lineup
    networks: Sequence[str]
    repeats: int
    cores: Sequence[int]
    dropped: list[str] = field(default_factory=list)

    def contestants(
        self, names: Sequence[str], network: str, cores: int, *, in_memory: bool = False
    ) -> list[Contestant]:
        """Those of the names that can take part."""
        found = []
        for name in names:
            try:
                found.append(self.lineup.make(name, network, cores, in_memory=in_memory))
            except ContestantError as error:
                self.dropped.append(str(error))
        return found

    def start(self, contestant: Contestant, cores: int) -> Running:
        """Its process, on that many processors counted from the last: the first is the surroundings'."""
        return Running(contestant, self.cores[-cores:], self.world.folder / "logs")

    def rounds(self, contestants: Sequence[Contestant], cores: int, measure: Measure) -> Iterator[Sample]:
        """What `measure` tells of each, as often as there are repeats and each time another first.

        All are started before and measured once for nothing, to be warm; whoever waits is stopped.
        """
        with ExitStack() as stack:
            ready: list[Running] = []
            for contestant in contestants:
                process = stack.enter_context(self.start(contestant, cores))
                if list(self._tried(process, measure, 0)):
                    ready.append(process)
            for repeat in range(self.repeats):
                for process in turned(ready, repeat):
                    yield from self._tried(process, measure, repeat)

    def _tried(self, process: Running, measure: Measure, repeat: int) -> Iterator[Sample]:
        try:
            with process.turn():
                yield from measure(process, repeat)
        except ContestantError as error:
            self.dropped.append(str(error))

    def messages(self, stage: str, process: Running, repeat: int, size: str, images: int = 1) -> Sample:
        """An event with the addresses of photos of a size, answered; the results are taken off their queue after it."""
        event = self.world.event(size, images)
        reply, cost = process.ask(event)
        queue = self._queue(process.contestant)
        answers = self.world.collect(queue, images) if queue else reply
        return self.sample(stage, process, repeat, size, images, cost, answers)

    def sample(
        self, stage: str, process: Running, repeat: int, case: str, images: int, cost: Cost, answers: Any
    ) -> Sample:
        best = str(answers[0]) if isinstance(answers, list) and images == 1 else None
        return Sample(
            stage, process.contestant.name, process.contestant.network, case, len(process.cores), repeat, images,
            cost.wall, cost.cpu, process.peak_bytes(), best,
        )  # fmt: skip

    def _queue(self, contestant: Contestant) -> str | None:
        """Where its results go; None when it answers by itself."""
        queues: Mapping[str, str] = {
            "handlers.worker": self.world.predictions,
            "onnx_worker": self.world.predictions,
            "reference": self.world.labels,
            "saved_model": self.world.labels,
        }
        return queues.get(contestant.entry)


def usable() -> Sequence[int]:
    """The two processors to be used. Raises ValueError when there are not two."""
    cores = sorted(os.sched_getaffinity(0))[-2:]
    if len(cores) < 2:
        raise ValueError("The benchmark needs two processors: one for who is measured, one for what surrounds it.")
    return cores


def turned(things: Sequence[Any], repeat: int) -> list[Any]:
    """The order of a repeat: each time another one begins."""
    start = repeat % len(things) if things else 0
    return [*things[start:], *things[:start]]
