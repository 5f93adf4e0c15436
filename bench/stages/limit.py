"""How near the handler comes to its engine, and the engine to the processor: batches of ten on one core."""

from collections.abc import Iterator
from functools import partial

from bench.bench import Bench
from bench.process import Running
from bench.samples import Sample

REPEATS = 5
IMAGES = 10


def run(bench: Bench) -> Iterator[Sample]:
    """The handler with small images from near, the interpreter alone on a prepared array, matrix products alone."""
    for network in bench.networks:
        contestants = bench.contestants(("litert", "raw_litert", "sgemm"), network, 1)
        yield from bench.rounds(contestants, 1, partial(_batch, bench))


def _batch(bench: Bench, process: Running, repeat: int) -> Iterator[Sample]:
    yield bench.messages("limit", process, repeat, "small", IMAGES)
