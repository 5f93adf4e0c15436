"""One image at a time, warm, on one core: as a message through the handler, and from a JPEG in memory to its labels."""

from collections.abc import Iterator
from functools import partial

from bench.bench import Bench
from bench.process import Running
from bench.samples import Sample

REPEATS = 5
MESSAGES = {
    "InceptionV3": ("reference", "litert", "litert-fast", "tensorflow", "onnx", "lit_server"),
    "MobileNetV2": ("saved_model", "litert", "tensorflow", "onnx", "lit_server"),
}
IN_MEMORY = {
    "InceptionV3": ("reference", "litert", "litert-fast", "tensorflow"),
    "MobileNetV2": ("saved_model", "litert", "tensorflow"),
}
SIZES = ("1 MP", "12 MP")
TIMES = 3  # in a row for each figure in memory, since one answer is short beside the clock of processor time


def run(bench: Bench) -> Iterator[Sample]:
    """Messages of one image, then JPEGs in memory."""
    for network in bench.networks:
        messages = bench.contestants(MESSAGES[network], network, 1)
        yield from bench.rounds(messages, 1, partial(_messages, bench))
        in_memory = bench.contestants(IN_MEMORY[network], network, 1, in_memory=True)
        yield from bench.rounds(in_memory, 1, partial(_jpegs, bench))


def _messages(bench: Bench, process: Running, repeat: int) -> Iterator[Sample]:
    for size in SIZES:
        yield bench.messages("latency", process, repeat, size)


def _jpegs(bench: Bench, process: Running, repeat: int) -> Iterator[Sample]:
    for size in SIZES:
        answers, cost = process.ask({"jpeg": str(bench.world.file(size)), "times": TIMES})
        yield bench.sample("latency in memory", process, repeat, size, 1, cost.per(TIMES), answers)
