"""bench.json: all that was measured and what it comes to."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jsonschema

from bench import prices
from bench.growth import growth
from bench.ratios import ratios
from bench.samples import Sample, Spread, chosen, cpu, spread, wall
from bench.targets import outcomes

SCHEMA = json.loads(Path(__file__).with_name("bench.schema.json").read_text())
AGAIN = "make build again"


@dataclass(frozen=True)
class Run:
    """What a run found. `failures` says of each stage or contestant that failed what happened."""

    when: str
    seconds: float
    settings: Mapping[str, Any]
    machine: Mapping[str, Any]
    versions: Mapping[str, str]
    flops: Mapping[str, int]
    sizes: Mapping[str, int]
    samples: Sequence[Sample]
    failures: Sequence[str]


def document(run: Run) -> dict[str, Any]:
    """The content of bench.json, which its schema has accepted."""
    by_wall, by_cpu = (ratios(run.samples, run.flops, figure) for figure in (wall, cpu))
    again = spread(sample.wall_seconds for sample in chosen(run.samples, stage="build", case=AGAIN))
    plain = {**run.sizes, **({"build_again_seconds": again.median} if again else {})}
    content: dict[str, Any] = {
        "format": 1,
        "when": run.when,
        "seconds": round(run.seconds, 1),
        "settings": dict(run.settings),
        "machine": dict(run.machine),
        "versions": dict(run.versions),
        "flops": dict(run.flops),
        "ratios": {key: found.median if found else None for key, found in by_wall.items()},
        "ratios_by_cpu": {key: found.median if found else None for key, found in by_cpu.items()},
        "ratios_spread": {key: _plain(found) for key, found in by_wall.items()},
        "sizes": dict(run.sizes),
        "targets": [asdict(outcome) for outcome in outcomes(by_wall, by_cpu, plain)],
        "summary": summary(run.samples),
        "prices": _prices(run.samples),
        "growth": _growth(run.samples),
        "failures": list(run.failures),
        "samples": [asdict(sample) for sample in run.samples],
    }
    content = json.loads(json.dumps(content))
    jsonschema.validate(content, SCHEMA)
    return content


def summary(samples: Sequence[Sample]) -> list[dict[str, Any]]:
    """Every case of every contestant: seconds an image (wall and processor) and the peak, over the repeats."""
    cases = dict.fromkeys((s.stage, s.network, s.case, s.cores, s.images, s.contestant) for s in samples)
    rows = []
    for stage, network, case, cores, images, contestant in cases:
        known = chosen(
            samples, stage=stage, network=network, case=case, cores=cores, images=images, contestant=contestant
        )
        rows.append(
            {
                "stage": stage,
                "network": network,
                "case": case,
                "cores": cores,
                "images": images,
                "contestant": contestant,
                "wall": _plain(spread(map(wall, known))),
                "cpu": _plain(spread(map(cpu, known))),
                "peak_bytes": max((sample.peak_bytes or 0 for sample in known), default=0) or None,
            }
        )
    return rows


def _prices(samples: Sequence[Sample]) -> list[dict[str, Any]]:
    """What a million images cost with each contestant, at its cheaper number of cores."""
    batches = chosen(samples, stage="throughput")
    rows = []
    for network, contestant in dict.fromkeys((sample.network, sample.contestant) for sample in batches):
        offer = prices.cheapest(chosen(batches, network=network, contestant=contestant))
        middle = sorted(offer.values(), key=lambda price: price.dollars)[len(offer) // 2]
        dollars = _plain(spread(price.dollars for price in offer.values()))
        rows.append({"network": network, "contestant": contestant, **asdict(middle), "dollars": dollars})
    return rows


def _growth(samples: Sequence[Sample]) -> list[dict[str, Any]]:
    """How a batch's cost grows with its size and a job's with its length, on the clock and in processor seconds."""
    rows = []
    for stage in ("batch", "job"):
        for network in dict.fromkeys(sample.network for sample in chosen(samples, stage=stage)):
            known = chosen(samples, stage=stage, network=network)
            for clock, figure in (("wall", wall), ("cpu", cpu)):
                if found := growth(known, figure):
                    rows.append({"stage": stage, "network": network, "clock": clock, **asdict(found)})
    return rows


def _plain(found: Spread | None) -> dict[str, Any] | None:
    return asdict(found) if found else None
