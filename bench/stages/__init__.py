"""The stages of the benchmark, by name; each answers one question."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bench.samples import Sample
from bench.session import Session
from bench.stages import build, images, job


@dataclass(frozen=True)
class Stage:
    """A stage: its function, its number of repeats, and whether what it measures uses all cores."""

    run: Callable[[Session], Iterator[Sample]]
    repeats: int
    uses_all_cores: bool = False


STAGES: Mapping[str, Stage] = {
    "cold": Stage(images.measure_cold_start, repeats=3),
    "latency": Stage(images.measure_latency, repeats=5),
    "throughput": Stage(images.measure_throughput, repeats=3),
    "limit": Stage(images.measure_limit, repeats=5),
    "batch": Stage(images.measure_batch_sizes, repeats=2),
    "build": Stage(build.measure_build, repeats=3, uses_all_cores=True),
    "job": Stage(job.measure_jobs, repeats=2, uses_all_cores=True),
}
