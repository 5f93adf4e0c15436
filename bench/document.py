"""bench.json: all samples of a run, and the figures computed from them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jsonschema

from bench import prices
from bench.samples import Sample, Spread, compute_growth, compute_spread, cpu, select, wall
from bench.targets import compute_ratios, judge_targets

SCHEMA = json.loads(Path(__file__).with_name("bench.schema.json").read_text())
UNCHANGED_BUILD = "make build without changes"


@dataclass(frozen=True)
class Run:
    """The results of a run; `failures` has a sentence for each stage or competitor that failed."""

    when: str
    seconds: float
    settings: Mapping[str, Any]
    machine: Mapping[str, Any]
    versions: Mapping[str, str]
    flops: Mapping[str, int]
    sizes: Mapping[str, int]
    samples: Sequence[Sample]
    failures: Sequence[str]


def create_document(run: Run) -> dict[str, Any]:
    """Build the content of bench.json, validated against its schema."""
    by_wall, by_cpu = (compute_ratios(run.samples, run.flops, figure) for figure in (wall, cpu))
    unchanged = select(run.samples, stage="build", case=UNCHANGED_BUILD)
    build_seconds = compute_spread(sample.wall_seconds for sample in unchanged)
    plain = {**run.sizes, **({"build_again_seconds": build_seconds.median} if build_seconds else {})}
    content: dict[str, Any] = {
        "format": 1,
        "when": run.when,
        "seconds": round(run.seconds, 1),
        "settings": dict(run.settings),
        "machine": dict(run.machine),
        "versions": dict(run.versions),
        "flops": dict(run.flops),
        "ratios": {key: ratio.median if ratio else None for key, ratio in by_wall.items()},
        "ratios_by_cpu": {key: ratio.median if ratio else None for key, ratio in by_cpu.items()},
        "ratios_spread": {key: _to_dict(ratio) for key, ratio in by_wall.items()},
        "sizes": dict(run.sizes),
        "targets": [asdict(outcome) for outcome in judge_targets(by_wall, by_cpu, plain)],
        "summary": summarize(run.samples),
        "prices": _compute_prices(run.samples),
        "growth": _compute_growth(run.samples),
        "failures": list(run.failures),
        "samples": [asdict(sample) for sample in run.samples],
    }
    content = json.loads(json.dumps(content))
    jsonschema.validate(content, SCHEMA)
    return content


def summarize(samples: Sequence[Sample]) -> list[dict[str, Any]]:
    """Summarize seconds per image and peak memory over all repeats, for each case of each competitor."""
    cases = dict.fromkeys((s.stage, s.network, s.case, s.cores, s.images, s.competitor) for s in samples)
    rows = []
    for stage, network, case, cores, images, competitor in cases:
        known = select(
            samples, stage=stage, network=network, case=case, cores=cores, images=images, competitor=competitor
        )
        rows.append(
            {
                "stage": stage,
                "network": network,
                "case": case,
                "cores": cores,
                "images": images,
                "competitor": competitor,
                "wall": _to_dict(compute_spread(map(wall, known))),
                "cpu": _to_dict(compute_spread(map(cpu, known))),
                "peak_bytes": max((sample.peak_bytes or 0 for sample in known), default=0) or None,
            }
        )
    return rows


def _compute_prices(samples: Sequence[Sample]) -> list[dict[str, Any]]:
    """Compute the price of a million images of each competitor, at its cheaper number of cores."""
    batches = select(samples, stage="throughput")
    rows = []
    for network, competitor in dict.fromkeys((sample.network, sample.competitor) for sample in batches):
        by_repeat = prices.find_cheapest(select(batches, network=network, competitor=competitor))
        median = sorted(by_repeat.values(), key=lambda price: price.dollars)[len(by_repeat) // 2]
        dollars = _to_dict(compute_spread(price.dollars for price in by_repeat.values()))
        rows.append({"network": network, "competitor": competitor, **asdict(median), "dollars": dollars})
    return rows


def _compute_growth(samples: Sequence[Sample]) -> list[dict[str, Any]]:
    """Compute how the cost of a batch grows with its size and of a job with its length."""
    rows = []
    for stage in ("batch", "job"):
        for network in dict.fromkeys(sample.network for sample in select(samples, stage=stage)):
            known = select(samples, stage=stage, network=network)
            for clock, figure in (("wall", wall), ("cpu", cpu)):
                if growth := compute_growth(known, figure):
                    rows.append({"stage": stage, "network": network, "clock": clock, **asdict(growth)})
    return rows


def read_sizes(artifacts: Path) -> dict[str, int]:
    """Read the sizes of a build's artifacts in bytes, from its manifest.

    The TensorFlow total is the size that Lambda limits: the largest function with all layers.
    """
    manifest = json.loads((artifacts / "manifest.json").read_text())
    functions, layers = manifest["functions"], manifest["layers"]
    sizes = {
        "function_zip_max_bytes": max(function["bytes"] for function in functions.values()),
        "litert_layer_unzipped_bytes": layers["litert"]["unzipped_bytes"],
        "litert_layer_zip_bytes": layers["litert"]["bytes"],
        "powertools_layer_unzipped_bytes": layers["powertools"]["unzipped_bytes"],
    }
    if "tensorflow" in layers:
        all_layers = sum(layer["unzipped_bytes"] for layer in layers.values())
        largest = max(function["unzipped_bytes"] for function in functions.values())
        sizes |= {
            "tensorflow_layer_zip_bytes": layers["tensorflow"]["bytes"],
            "tensorflow_total_unzipped_bytes": all_layers + largest,
        }
    return sizes


def _to_dict(spread: Spread | None) -> dict[str, Any] | None:
    return asdict(spread) if spread else None
