"""An invented run: every stage and competitor, with figures whose ratios are known."""

from bench.document import Run
from bench.samples import Sample
from bench.stages import STAGES

SECONDS = {"reference": 4.0, "saved_model": 4.0, "litert": 1.0, "litert-fast": 0.5, "tensorflow": 2.0, "onnx": 1.5}
OTHERS = {"lit_server": 3.0, "raw_litert": 0.95, "sgemm": 2.0}
COMPETITORS = {
    "cold": ("reference", "litert", "tensorflow", "onnx"),
    "latency": ("reference", "litert", "litert-fast", "tensorflow"),
    "latency in memory": ("reference", "litert", "litert-fast"),
    "throughput": ("reference", "litert", "tensorflow", "onnx", "lit_server"),
    "limit": ("litert", "raw_litert", "sgemm"),
}
CASES = {"limit": ("small",), "latency": ("1 MP", "12 MP"), "latency in memory": ("1 MP", "12 MP")}
MEGABYTES = {"reference": 1600}


def create_run(repeats: int = 3) -> Run:
    """Return a run of InceptionV3 with a failure; in the second repeat the machine is ten times slower."""
    samples = [
        _create_sample(stage, competitor, case, cores, repeat)
        for stage, competitors in COMPETITORS.items()
        for repeat in range(repeats)
        for cores in ((1, 2) if stage == "throughput" else (1,))
        for competitor in competitors
        for case in CASES.get(stage, ("1 MP",))
    ]
    samples += [Sample("batch", "litert", "InceptionV3", "1 MP", 1, 0, n, 0.5 + n, 0.25 + n) for n in (1, 2, 5)]
    samples += [Sample("job", "litert", "digits", str(n), 2, 0, n, 2 + 0.1 * n, 1 + 0.2 * n) for n in (10, 30)]
    samples += [
        Sample("build", "build", "", "make build without changes", 2, repeat, 1, 1.5, 1.2) for repeat in range(repeats)
    ]
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


def _create_sample(stage: str, competitor: str, case: str, cores: int, repeat: int) -> Sample:
    seconds = (SECONDS | OTHERS)[competitor] / cores * (10 if repeat == 1 else 1)
    peak = MEGABYTES.get(competitor, 160) << 20
    images = 10 if stage in ("throughput", "limit") else 1
    total = seconds * images
    return Sample(stage, competitor, "InceptionV3", case, cores, repeat, images, total, 0.9 * total, peak, None)
