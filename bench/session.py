"""A benchmark session: start competitors, measure them in turns, and collect samples and failures."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from bench.competitors import CompetitorFactory
from bench.process import Competitor, CompetitorError, Cost, RunningCompetitor
from bench.samples import Sample
from bench.testbed import Testbed

Measure = Callable[[RunningCompetitor, int], Iterator[Sample]]


@dataclass(frozen=True)
class Session:
    """The state that all stages use.

    Attributes:
        testbed: The test bed.
        factory: Creates the competitors.
        networks: The networks to measure.
        repeats: The number of repeats of the current stage.
        cores: The two processors to use; the first is the test bed's.
        failures: Messages of competitors that failed; the others are measured all the same.
    """

    testbed: Testbed
    factory: CompetitorFactory
    networks: Sequence[str]
    repeats: int
    cores: Sequence[int]
    failures: list[str] = field(default_factory=list)

    def create_competitors(
        self, names: Sequence[str], network: str, cores: int, *, in_memory: bool = False
    ) -> list[Competitor]:
        """Create competitors; those that cannot be created become failures."""
        competitors = []
        for name in names:
            try:
                competitors.append(self.factory.create(name, network, cores, in_memory=in_memory))
            except CompetitorError as error:
                self.failures.append(str(error))
        return competitors

    def start(self, competitor: Competitor, cores: int) -> RunningCompetitor:
        """Start a competitor's process on the last `cores` processors."""
        return RunningCompetitor(competitor, self.cores[-cores:], self.testbed.folder / "logs")

    def measure_in_turns(self, competitors: Sequence[Competitor], cores: int, measure: Measure) -> Iterator[Sample]:
        """Measure all competitors in each repeat, each time in another order.

        All are started first and measured once without recording, to be warm. Competitors that wait are stopped.
        """
        with ExitStack() as stack:
            ready: list[RunningCompetitor] = []
            for competitor in competitors:
                process = stack.enter_context(self.start(competitor, cores))
                if list(self._measure(process, measure, 0)):
                    ready.append(process)
            for repeat in range(self.repeats):
                for process in rotate(ready, repeat):
                    yield from self._measure(process, measure, repeat)

    def measure_messages(
        self, stage: str, process: RunningCompetitor, repeat: int, size: str, images: int = 1
    ) -> Sample:
        """Measure one event with the URLs of photos of a size; its results are then deleted from their queue."""
        event = self.testbed.create_event(size, images)
        reply, cost = process.request(event)
        queue = self._results_queue(process.competitor)
        labels = self.testbed.receive_labels(queue, images) if queue else reply
        return self.create_sample(stage, process, repeat, size, images, cost, labels)

    def create_sample(
        self,
        stage: str,
        process: RunningCompetitor,
        repeat: int,
        case: str,
        images: int,
        cost: Cost,
        labels: Any,
    ) -> Sample:
        """Create a sample of a competitor's cost; `labels` is its reply or the labels from its queue."""
        best = str(labels[0]) if isinstance(labels, list) and images == 1 else None
        return Sample(
            stage, process.competitor.name, process.competitor.network, case, len(process.cores), repeat, images,
            cost.wall, cost.cpu, process.peak_bytes(), best,
        )  # fmt: skip

    def _measure(self, process: RunningCompetitor, measure: Measure, repeat: int) -> Iterator[Sample]:
        try:
            with process.resumed():
                yield from measure(process, repeat)
        except CompetitorError as error:
            self.failures.append(str(error))

    def _results_queue(self, competitor: Competitor) -> str | None:
        """Return the queue of a competitor's results; None if it replies with them."""
        queues: Mapping[str, str] = {
            "handlers.worker:handler": self.testbed.predictions,
            "onnx_worker:handler": self.testbed.predictions,
            "reference:handler": self.testbed.labels,
            "saved_model:handler": self.testbed.labels,
        }
        return queues.get(competitor.handler)


def choose_cores() -> Sequence[int]:
    """Choose the two processors to use.

    Raises:
        ValueError: There are fewer than two.
    """
    cores = sorted(os.sched_getaffinity(0))[-2:]
    if len(cores) < 2:
        raise ValueError("The benchmark needs two processors: one for the competitor, one for the test bed.")
    return cores


def rotate(items: Sequence[Any], repeat: int) -> list[Any]:
    """Order the items of a repeat: each repeat begins with another item."""
    start = repeat % len(items) if items else 0
    return [*items[start:], *items[:start]]
