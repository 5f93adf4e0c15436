"""Cold start: from the start of a process, through the model's download, to the first result, on one core."""

from collections.abc import Iterator

from bench.bench import Bench, turned
from bench.process import ContestantError
from bench.samples import Sample

REPEATS = 3
CONTESTANTS = {
    "InceptionV3": ("reference", "litert", "tensorflow", "onnx"),
    "MobileNetV2": ("saved_model", "litert", "tensorflow", "onnx"),
}


def run(bench: Bench) -> Iterator[Sample]:
    """Each contestant started anew for each repeat, with the address of a photo of 1 MP."""
    for network in bench.networks:
        contestants = bench.contestants(CONTESTANTS[network], network, 1)
        for repeat in range(bench.repeats):
            for contestant in turned(contestants, repeat):
                with bench.start(contestant, 1) as process:
                    try:
                        yield bench.messages("cold", process, repeat, "1 MP")
                    except ContestantError as error:
                        bench.dropped.append(str(error))
