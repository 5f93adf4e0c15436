"""Stages that classify images: cold start, latency, throughput, distance to the limit, and batch sizes."""

from collections.abc import Iterator
from functools import partial

from bench.process import CompetitorError, RunningCompetitor
from bench.samples import Sample
from bench.session import Session, rotate

COLD_START = {
    "InceptionV3": ("reference", "litert", "tensorflow", "onnx"),
    "MobileNetV2": ("saved_model", "litert", "tensorflow", "onnx"),
}
LATENCY = {
    "InceptionV3": ("reference", "litert", "litert-fast", "tensorflow", "onnx", "lit_server"),
    "MobileNetV2": ("saved_model", "litert", "tensorflow", "onnx", "lit_server"),
}
LATENCY_IN_MEMORY = {
    "InceptionV3": ("reference", "litert", "litert-fast", "tensorflow"),
    "MobileNetV2": ("saved_model", "litert", "tensorflow"),
}
THROUGHPUT = {
    "InceptionV3": ("reference", "litert", "tensorflow", "onnx", "lit_server"),
    "MobileNetV2": ("saved_model", "litert", "tensorflow", "onnx", "lit_server"),
}
LIMIT = ("litert", "raw_litert", "sgemm")

LATENCY_SIZES = ("1 MP", "12 MP")
IN_MEMORY_TIMES = 3  # per sample, because one prediction is short compared with the clock of processor time
BATCH = 10
BATCH_SIZES = (1, 2, 5, 10, 20, 40)


def measure_cold_start(session: Session) -> Iterator[Sample]:
    """Measure from the start of a process, through the model's download, to the first result, on one core.

    Each competitor is started anew for each repeat, with the URL of a photo of 1 MP.
    """
    for network in session.networks:
        competitors = session.create_competitors(COLD_START[network], network, 1)
        for repeat in range(session.repeats):
            for competitor in rotate(competitors, repeat):
                with session.start(competitor, 1) as process:
                    try:
                        yield session.measure_messages("cold", process, repeat, "1 MP")
                    except CompetitorError as error:
                        session.failures.append(str(error))


def measure_latency(session: Session) -> Iterator[Sample]:
    """Measure one image at a time, warm, on one core: as a message, and from a JPEG in memory to its labels."""
    for network in session.networks:
        competitors = session.create_competitors(LATENCY[network], network, 1)
        yield from session.measure_in_turns(competitors, 1, partial(_measure_messages, session))
        in_memory = session.create_competitors(LATENCY_IN_MEMORY[network], network, 1, in_memory=True)
        yield from session.measure_in_turns(in_memory, 1, partial(_measure_in_memory, session))


def measure_throughput(session: Session) -> Iterator[Sample]:
    """Measure batches of ten photos of 1 MP, and their memory: all competitors on one core, then on two."""
    for network in session.networks:
        for cores in (1, 2):
            competitors = session.create_competitors(THROUGHPUT[network], network, cores)
            yield from session.measure_in_turns(
                competitors, cores, partial(_measure_batch, session, stage="throughput", size="1 MP")
            )


def measure_limit(session: Session) -> Iterator[Sample]:
    """Measure the handler with small images, the interpreter alone, and matrix products alone, on one core."""
    for network in session.networks:
        competitors = session.create_competitors(LIMIT, network, 1)
        yield from session.measure_in_turns(
            competitors, 1, partial(_measure_batch, session, stage="limit", size="small")
        )


def measure_batch_sizes(session: Session) -> Iterator[Sample]:
    """Measure how the cost of a batch grows with its size: photos of 1 MP through the handler on one core."""
    for network in session.networks:
        competitors = session.create_competitors(("litert",), network, 1)
        yield from session.measure_in_turns(competitors, 1, partial(_measure_sizes, session))


def _measure_messages(session: Session, process: RunningCompetitor, repeat: int) -> Iterator[Sample]:
    for size in LATENCY_SIZES:
        yield session.measure_messages("latency", process, repeat, size)


def _measure_in_memory(session: Session, process: RunningCompetitor, repeat: int) -> Iterator[Sample]:
    for size in LATENCY_SIZES:
        event = {"jpeg": str(session.testbed.write_photo(size)), "times": IN_MEMORY_TIMES}
        labels, cost = process.request(event)
        cost = cost.divide(IN_MEMORY_TIMES)
        yield session.create_sample("latency in memory", process, repeat, size, 1, cost, labels)


def _measure_batch(
    session: Session, process: RunningCompetitor, repeat: int, *, stage: str, size: str
) -> Iterator[Sample]:
    yield session.measure_messages(stage, process, repeat, size, BATCH)


def _measure_sizes(session: Session, process: RunningCompetitor, repeat: int) -> Iterator[Sample]:
    for images in BATCH_SIZES:
        yield session.measure_messages("batch", process, repeat, "1 MP", images)
