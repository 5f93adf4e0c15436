"""Batches of ten photos of 1 MP, end to end, on one core and on two; the memory that it took."""

from collections.abc import Iterator
from functools import partial

from bench.bench import Bench
from bench.process import Running
from bench.samples import Sample

REPEATS = 3
CONTESTANTS = {
    "InceptionV3": ("reference", "litert", "tensorflow", "onnx", "lit_server"),
    "MobileNetV2": ("saved_model", "litert", "tensorflow", "onnx", "lit_server"),
}
IMAGES = 10


def run(bench: Bench) -> Iterator[Sample]:
    """All contestants on one core, then all on two."""
    for network in bench.networks:
        for cores in (1, 2):
            contestants = bench.contestants(CONTESTANTS[network], network, cores)
            yield from bench.rounds(contestants, cores, partial(_batch, bench))


def _batch(bench: Bench, process: Running, repeat: int) -> Iterator[Sample]:
    yield bench.messages("throughput", process, repeat, "1 MP", IMAGES)
