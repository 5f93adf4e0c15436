"""The run: prepare, then one stage after the other; a stage that fails is named and the others are kept."""

import compileall
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from bench import models, world
from bench.agreement import disagreements
from bench.bench import Bench, usable
from bench.lineup import Lineup
from bench.process import ContestantError
from bench.samples import Sample
from localcloud import CloudError
from localcloud.settings import find_python
from sluice.errors import SluiceError

NETWORKS = ("InceptionV3", "MobileNetV2")
STAGES = ("cold", "latency", "throughput", "limit", "batch", "build", "job")
ALONE = {"build", "job"}  # what they measure uses the whole machine


@dataclass(frozen=True)
class Plan:
    """What is to be measured."""

    stages: Sequence[str]
    networks: Sequence[str]
    quick: bool

    def repeats(self, stage: ModuleType) -> int:
        return 1 if self.quick else int(stage.REPEATS)

    def settings(self) -> dict[str, Any]:
        most = max(self.repeats(_module(stage)) for stage in self.stages)
        return {"stages": self.stages, "networks": self.networks, "quick": self.quick, "repeats": most}


@dataclass(frozen=True)
class Found:
    """What was measured, and what failed."""

    artifacts: Path
    flops: Mapping[str, int]
    samples: list[Sample] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def measure(folder: Path, plan: Plan, console: Console) -> Found:
    """Take all samples of a plan. Raises ContestantError, CloudError or OSError when not even one stage can begin."""
    cores = usable()
    folder.mkdir(parents=True, exist_ok=True)
    with console.status("Making the models (a few minutes the first time)"):
        made = models.prepare(folder / "models", plan.networks)
        _compile_platform()
    os.sched_setaffinity(0, cores[:1])
    with world.opened(folder) as around:
        bench = Bench(around, Lineup(around, made), plan.networks, 1, cores)
        found = Found(bench.lineup.artifacts, {network: made.flops(network) for network in plan.networks})
        for stage in plan.stages:
            os.sched_setaffinity(0, cores if stage in ALONE else cores[:1])
            _measure(stage, replace(bench, repeats=plan.repeats(_module(stage)), dropped=[]), found, console)
    found.failures.extend(disagreements(found.samples))
    return found


def _measure(stage: str, bench: Bench, found: Found, console: Console) -> None:
    began, before = monotonic(), len(found.samples)
    try:
        with console.status(f"{stage}: starting") as status:
            for sample in _module(stage).run(bench):
                found.samples.append(sample)
                status.update(f"{stage}: {sample.network} {sample.contestant} {sample.case}, {sample.repeat + 1}")
    except (BotoCoreError, ClientError, CloudError, ContestantError, OSError, SluiceError) as error:
        bench.dropped.append(str(error))
    failures = [f"{stage}: {why}" for why in dict.fromkeys(bench.dropped)]
    found.failures.extend(failures)
    console.print(f"{stage}: {len(found.samples) - before} samples in {monotonic() - began:.0f} s")
    for failure in failures:
        console.print(failure, style="red", markup=False)


def _module(stage: str) -> ModuleType:
    return import_module(f"bench.stages.{stage}")


def _compile_platform() -> None:
    """Compile what stands for the managed runtime's own packages, as AWS ships them; layers stay as they are built."""
    library = find_python("runtime").parent.parent / "lib"
    compileall.compile_dir(library, quiet=2)
