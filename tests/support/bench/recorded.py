"""A run as it could have been: every stage and contestant, with figures whose ratios are known."""

from bench.document import Run
from bench.measure import STAGES
from bench.samples import Sample

SECONDS = {"reference": 4.0, "saved_model": 4.0, "litert": 1.0, "litert-fast": 0.5, "tensorflow": 2.0, "onnx": 1.5}
OTHERS = {"lit_server": 3.0, "raw_litert": 0.95, "sgemm": 2.0}
CONTESTANTS = {
    "cold": ("reference", "litert", "tensorflow", "onnx"),
    "latency": ("reference", "litert", "litert-fast", "tensorflow"),
    "latency in memory": ("reference", "litert", "litert-fast"),
    "throughput": ("reference", "litert", "tensorflow", "onnx", "lit_server"),
    "limit": ("litert", "raw_litert", "sgemm"),
}
CASES = {"limit": ("small",), "latency": ("1 MP", "12 MP"), "latency in memory": ("1 MP", "12 MP")}
MEGABYTES = {"reference": 1600}


def run(repeats: int = 3) -> Run:
    """All repeats of InceptionV3, the second of them on a machine that was ten times slower; and a failure."""
    samples = [
        _sample(stage, contestant, case, cores, repeat)
        for stage, contestants in CONTESTANTS.items()
        for repeat in range(repeats)
        for cores in ((1, 2) if stage == "throughput" else (1,))
        for contestant in contestants
        for case in CASES.get(stage, ("1 MP",))
    ]
    samples += [Sample("batch", "litert", "InceptionV3", "1 MP", 1, 0, n, 0.5 + n, 0.25 + n) for n in (1, 2, 5)]
    samples += [Sample("job", "litert", "digits", str(n), 2, 0, n, 2 + 0.1 * n, 1 + 0.2 * n) for n in (10, 30)]
    samples += [Sample("build", "build", "", "make build again", 2, repeat, 1, 1.5, 1.2) for repeat in range(repeats)]
    return Run(
        when="2026-11-22T01:02:03+00:00",
        seconds=600.0,
        settings={
            "stages": list(STAGES),
            "networks": ["InceptionV3"],
            "repeats": repeats,
            "quick": False,
            "known": list(STAGES),
        },
        machine={"processor": "a processor", "cores": 2, "memory_bytes": 8 << 30, "system": "Linux"},
        versions={"python": "3.13.1"},
        flops={"InceptionV3": 11_000_000_000},
        sizes={"function_zip_max_bytes": 60_000, "litert_layer_unzipped_bytes": 91_000_000},
        samples=samples,
        failures=["job: a sentence."],
    )


def _sample(stage: str, contestant: str, case: str, cores: int, repeat: int) -> Sample:
    seconds = (SECONDS | OTHERS)[contestant] / cores * (10 if repeat == 1 else 1)
    peak = MEGABYTES.get(contestant, 160) << 20
    images = 10 if stage in ("throughput", "limit") else 1
    total = seconds * images
    return Sample(stage, contestant, "InceptionV3", case, cores, repeat, images, total, 0.9 * total, peak, None)
