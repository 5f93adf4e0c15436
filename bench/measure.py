"""Run the benchmark: prepare, then one stage after the other; a stage that fails does not stop the others."""

import compileall
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from bench.competitors import CompetitorFactory
from bench.models import prepare_models
from bench.process import CompetitorError
from bench.samples import Sample, find_disagreements
from bench.session import Session, choose_cores
from bench.stages import STAGES
from bench.testbed import start_testbed
from localcloud import CloudError
from localcloud.settings import find_python
from sluice.errors import SluiceError

NETWORKS = ("InceptionV3", "MobileNetV2")


@dataclass(frozen=True)
class Plan:
    """The stages and networks to measure; `quick` means one repeat."""

    stages: Sequence[str]
    networks: Sequence[str]
    quick: bool

    def repeats(self, stage: str) -> int:
        """Return the number of repeats of a stage."""
        return 1 if self.quick else STAGES[stage].repeats

    def settings(self) -> dict[str, Any]:
        """Return the settings for bench.json."""
        repeats = max(map(self.repeats, self.stages))
        return {"stages": list(self.stages), "networks": self.networks, "quick": self.quick, "repeats": repeats}


@dataclass(frozen=True)
class Measurements:
    """The samples and failures of a run."""

    artifacts: Path
    flops: Mapping[str, int]
    samples: list[Sample] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def run_plan(folder: Path, plan: Plan, console: Console) -> Measurements:
    """Measure all stages of a plan.

    Raises:
        CompetitorError, CloudError, OSError: The models or the test bed cannot be prepared.
    """
    cores = choose_cores()
    folder.mkdir(parents=True, exist_ok=True)
    with console.status("Creating the models (takes a few minutes the first time)"):
        models = prepare_models(folder / "models", plan.networks)
        _compile_runtime()
    os.sched_setaffinity(0, cores[:1])
    with start_testbed(folder) as testbed:
        session = Session(testbed, CompetitorFactory(testbed, models), plan.networks, 1, cores)
        flops = {network: models.flops(network) for network in plan.networks}
        measurements = Measurements(session.factory.artifacts, flops)
        for stage in plan.stages:
            os.sched_setaffinity(0, cores if STAGES[stage].uses_all_cores else cores[:1])
            stage_session = replace(session, repeats=plan.repeats(stage), failures=[])
            _measure_stage(stage, stage_session, measurements, console)
    measurements.failures.extend(find_disagreements(measurements.samples))
    return measurements


def _measure_stage(stage: str, session: Session, measurements: Measurements, console: Console) -> None:
    started, before = monotonic(), len(measurements.samples)
    try:
        with console.status(f"{stage}: starting") as status:
            for sample in STAGES[stage].run(session):
                measurements.samples.append(sample)
                status.update(f"{stage}: {sample.network} {sample.competitor} {sample.case}, {sample.repeat + 1}")
    except (BotoCoreError, ClientError, CloudError, CompetitorError, OSError, SluiceError) as error:
        session.failures.append(str(error))
    failures = [f"{stage}: {failure}" for failure in dict.fromkeys(session.failures)]
    measurements.failures.extend(failures)
    console.print(f"{stage}: {len(measurements.samples) - before} samples in {monotonic() - started:.0f} s")
    for failure in failures:
        console.print(failure, style="red", markup=False)


def _compile_runtime() -> None:
    """Compile the packages of the managed runtime, as AWS ships them; layers stay as they are built."""
    library = find_python("runtime").parent.parent / "lib"
    compileall.compile_dir(library, quiet=2)
