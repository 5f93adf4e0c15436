"""The benchmark's targets: the ratios that they compare, their limits, and whether they were met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench import prices
from bench.networks import MATRIX_PRODUCT_OPERATIONS
from bench.samples import Figure, Sample, Spread, compute_ratio, compute_spread, cpu, select

INCEPTION, MOBILENET = "InceptionV3", "MobileNetV2"


@dataclass(frozen=True)
class Target:
    """A figure, by its key, that should be at most (or at least) `limit`; `cause` explains a missed target."""

    title: str
    key: str
    limit: float
    at_least: bool = False
    cause: str = ""


@dataclass(frozen=True)
class Outcome:
    """A target with its figure, also in processor seconds; `met` is None if it was not measured."""

    title: str
    key: str
    limit: str
    figure: float | None
    cpu_figure: float | None
    met: bool | None
    cause: str


_PYTHON = (
    "the rest is importing boto3, Powertools and numpy, reading 95 MB of model through TLS and SHA-256, and two "
    "inferences. Each of these three takes a large part of the target's time."
)
_NETWORK = (
    "the network takes most of the time, about the same for both, and the interpreter is about as fast as the core "
    "multiplies matrices (see Distance to the limit). Only the time around it can be saved."
)
_NETWORK_AND_JPEG = (
    "the network takes about two thirds of the reference's time, and decoding most of the rest once its labels are "
    "parsed; all coefficients of a JPEG must be decoded at any output size."
)
_JPEG = "about two fifths of the time is decoding and resizing the photo, which the SavedModel has to do as well."

TARGETS = (
    Target(
        "Cold start, LiteRT: speedup over the reference",
        "cold_start_litert_vs_reference",
        15,
        at_least=True,
        cause=_PYTHON,
    ),
    Target("Cold start, TensorFlow: relative to the reference", "cold_start_tensorflow_vs_reference", 0.45),
    Target(
        "Images per second in batches of ten, 1 MP, one core",
        "throughput_b10_vs_reference",
        2,
        at_least=True,
        cause=_NETWORK,
    ),
    Target("Handler relative to the engine alone, small images", "handler_vs_raw_engine", 0.90, at_least=True),
    Target("LiteRT relative to matrix products on the same core", "litert_vs_sgemm", 0.85, at_least=True),
    Target("JPEG of 1 MP in memory, exact", "1mp_exact_vs_reference", 0.90, cause=_NETWORK),
    Target("JPEG of 12 MP in memory, exact", "12mp_exact_vs_reference", 0.70, cause=_NETWORK_AND_JPEG),
    Target("JPEG of 12 MP in memory, fast", "12mp_fast_vs_reference", 0.60, cause=_NETWORK_AND_JPEG),
    Target("Message with 1 MP, exact", "1mp_exact_vs_reference_as_message", 0.90, cause=_NETWORK),
    Target("Message with 12 MP, exact", "12mp_exact_vs_reference_as_message", 0.70, cause=_NETWORK),
    Target("Message with 12 MP, fast", "12mp_fast_vs_reference_as_message", 0.60, cause=_NETWORK),
    Target("MobileNetV2, 1 MP in memory, relative to a SavedModel", "mobilenet_vs_saved_model", 0.45, cause=_JPEG),
    Target("Price of a million images", "dollars_vs_reference", 0.5, cause=_NETWORK),
    Target("Peak memory", "peak_memory_vs_reference", 0.2),
    Target("Largest function zip, bytes", "function_zip_max_bytes", 1_000_000),
    Target("LiteRT layer unzipped, bytes", "litert_layer_unzipped_bytes", 90_000_000),
    Target("LiteRT layer zipped, bytes", "litert_layer_zip_bytes", 30_000_000),
    Target(
        "All layers and the largest function unzipped, bytes",
        "tensorflow_total_unzipped_bytes",
        262_144_000,
    ),
    Target("`make build` without changes, seconds", "build_again_seconds", 2),
)


def judge_targets(
    wall: Mapping[str, Spread | None], cpu: Mapping[str, Spread | None], plain: Mapping[str, float]
) -> list[Outcome]:
    """Judge each target.

    Args:
        wall: Ratios of elapsed time by key; the median counts.
        cpu: Ratios of processor time by key.
        plain: Other figures by key, in bytes or seconds.
    """
    return [_judge(target, wall.get(target.key), cpu.get(target.key), plain.get(target.key)) for target in TARGETS]


def _judge(target: Target, wall: Spread | None, cpu: Spread | None, plain: float | None) -> Outcome:
    figure = wall.median if wall else plain
    met = None if figure is None else figure >= target.limit if target.at_least else figure <= target.limit
    limit = f"{'≥' if target.at_least else '≤'} {target.limit:,}"
    cause = target.cause if met is False else ""
    return Outcome(target.title, target.key, limit, figure, cpu.median if cpu else None, met, cause)


def compute_ratios(samples: Sequence[Sample], flops: Mapping[str, int], figure: Figure) -> dict[str, Spread | None]:
    """Compute all ratios of a figure, elapsed or processor seconds, by key; None for one that was not measured."""

    def ratio(stage: str, network: str, case: str, numerator: str, denominator: str, cores: int = 1) -> Spread | None:
        shared = select(samples, stage=stage, network=network, case=case, cores=cores)
        return compute_ratio(select(shared, competitor=numerator), select(shared, competitor=denominator), figure)

    ratios = {
        "cold_start_litert_vs_reference": ratio("cold", INCEPTION, "1 MP", "reference", "litert"),
        "cold_start_tensorflow_vs_reference": ratio("cold", INCEPTION, "1 MP", "tensorflow", "reference"),
        "throughput_b10_vs_reference": ratio("throughput", INCEPTION, "1 MP", "reference", "litert"),
        "handler_vs_raw_engine": ratio("limit", INCEPTION, "small", "raw_litert", "litert"),
        "dollars_vs_reference": _compare_prices(samples, INCEPTION) if figure is not cpu else None,
        "peak_memory_vs_reference": _compare_peaks(samples, INCEPTION) if figure is not cpu else None,
        "litert_vs_sgemm": _compare_with_products(samples, flops.get(INCEPTION, 0), figure),
        "throughput_b10_two_cores_vs_reference": ratio("throughput", INCEPTION, "1 MP", "reference", "litert", 2),
        "throughput_b10_tensorflow_vs_reference": ratio("throughput", INCEPTION, "1 MP", "reference", "tensorflow"),
        "throughput_b10_vs_onnx": ratio("throughput", INCEPTION, "1 MP", "onnx", "litert"),
        "throughput_b10_vs_litserve": ratio("throughput", INCEPTION, "1 MP", "lit_server", "litert"),
    }
    for stage, suffix in (("latency in memory", ""), ("latency", "_as_message")):
        for case, short in (("1 MP", "1mp"), ("12 MP", "12mp")):
            ratios[f"{short}_exact_vs_reference{suffix}"] = ratio(stage, INCEPTION, case, "litert", "reference")
            ratios[f"{short}_fast_vs_reference{suffix}"] = ratio(stage, INCEPTION, case, "litert-fast", "reference")
        ratios[f"mobilenet_vs_saved_model{suffix}"] = ratio(stage, MOBILENET, "1 MP", "litert", "saved_model")
    return ratios


def _compare_with_products(samples: Sequence[Sample], flops: int, figure: Figure) -> Spread | None:
    """Compute the interpreter's operations per second relative to those of matrix products on the same core."""
    network = select(samples, stage="limit", network=INCEPTION, competitor="raw_litert")
    product = select(samples, stage="limit", network=INCEPTION, competitor="sgemm")
    ratio = compute_ratio(product, network, figure)
    if ratio is None or not flops:
        return None
    scale = flops / MATRIX_PRODUCT_OPERATIONS
    return Spread(ratio.median * scale, ratio.least * scale, ratio.greatest * scale, ratio.count)


def _compare_prices(samples: Sequence[Sample], network: str) -> Spread | None:
    ours, theirs = (prices.find_cheapest(_select_batches(samples, network, name)) for name in ("litert", "reference"))
    return compute_spread(ours[repeat].dollars / theirs[repeat].dollars for repeat in ours.keys() & theirs.keys())


def _compare_peaks(samples: Sequence[Sample], network: str) -> Spread | None:
    ours, theirs = (select(_select_batches(samples, network, name), cores=1) for name in ("litert", "reference"))
    if not ours or not theirs:
        return None
    return compute_ratio(ours, theirs, lambda sample: float(sample.peak_bytes or 0))


def _select_batches(samples: Sequence[Sample], network: str, competitor: str) -> list[Sample]:
    return select(samples, stage="throughput", network=network, competitor=competitor)
