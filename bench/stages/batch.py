"""How the cost of a batch grows with its size: photos of 1 MP through the handler on one core."""

from collections.abc import Iterator
from functools import partial

from bench.bench import Bench
from bench.process import Running
from bench.samples import Sample

REPEATS = 2
SIZES = (1, 2, 5, 10, 20, 40)


def run(bench: Bench) -> Iterator[Sample]:
    """Every size in each repeat."""
    for network in bench.networks:
        yield from bench.rounds(bench.contestants(("litert",), network, 1), 1, partial(_sizes, bench))


def _sizes(bench: Bench, process: Running, repeat: int) -> Iterator[Sample]:
    for images in SIZES:
        yield bench.messages("batch", process, repeat, "1 MP", images)
