"""What is aimed at, and whether it was met."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.samples import Spread


@dataclass(frozen=True)
class Target:
    """A figure, by its key, that should be at least or at most `limit`. `cause`: what holds it back where it is."""

    what: str
    key: str
    limit: float
    at_least: bool = False
    cause: str = ""


@dataclass(frozen=True)
class Outcome:
    """A target with its figure, and the same by processor seconds; `met` is None where it was not measured."""

    what: str
    key: str
    limit: str
    figure: float | None
    cpu_figure: float | None
    met: bool | None
    cause: str


_PYTHON = (
    "what is left is Python itself: importing boto3, Powertools and numpy, 95 MB of model through TLS and SHA-256, and "
    "two inferences. Each of these three costs a good part of what the target allows in all."
)
_NETWORK = (
    "the network alone is most of the time, much the same for both, and the interpreter runs about as fast as the core "
    "multiplies matrices (see How near the limit). Only what lies around it can be saved."
)
_NETWORK_AND_JPEG = (
    "the network alone takes about two thirds of the reference's whole time, which is little else than network and "
    "decoding once its labels are parsed; and a JPEG must be unpacked coefficient by coefficient, whatever is wanted."
)
_JPEG = "about two fifths of our time is decoding and resizing the photo, which the other has to do as well."

TARGETS = (
    Target(
        "Cold start, LiteRT: times faster than the reference's way",
        "cold_start_litert_vs_reference",
        15,
        at_least=True,
        cause=_PYTHON,
    ),
    Target("Cold start, TensorFlow: of the reference's way", "cold_start_tensorflow_vs_reference", 0.45),
    Target(
        "Images a second in batches of ten, 1 MP, one core",
        "throughput_b10_vs_reference",
        2,
        at_least=True,
        cause=_NETWORK,
    ),
    Target("Handler of the raw engine's images a second, small images", "handler_vs_raw_engine", 0.90, at_least=True),
    Target("LiteRT of the same core's matrix products", "litert_vs_sgemm", 0.85, at_least=True),
    Target("A JPEG of 1 MP in memory, exact", "1mp_exact_vs_reference", 0.90, cause=_NETWORK),
    Target("A JPEG of 12 MP in memory, exact", "12mp_exact_vs_reference", 0.70, cause=_NETWORK_AND_JPEG),
    Target("A JPEG of 12 MP in memory, fast", "12mp_fast_vs_reference", 0.60, cause=_NETWORK_AND_JPEG),
    Target("A message with 1 MP, exact", "1mp_exact_vs_reference_as_message", 0.90, cause=_NETWORK),
    Target("A message with 12 MP, exact", "12mp_exact_vs_reference_as_message", 0.70, cause=_NETWORK),
    Target("A message with 12 MP, fast", "12mp_fast_vs_reference_as_message", 0.60, cause=_NETWORK),
    Target("MobileNetV2, 1 MP in memory, of a SavedModel's time", "mobilenet_vs_saved_model", 0.45, cause=_JPEG),
    Target("Dollars for a million images", "dollars_vs_reference", 0.5, cause=_NETWORK),
    Target("Peak memory", "peak_memory_vs_reference", 0.2),
    Target("Largest function zip, bytes", "function_zip_max_bytes", 1_000_000),
    Target("LiteRT layer unzipped, bytes", "litert_layer_unzipped_bytes", 90_000_000),
    Target("LiteRT layer zipped, bytes", "litert_layer_zip_bytes", 30_000_000),
    Target(
        "TensorFlow layer, all other layers and the largest function, bytes",
        "tensorflow_total_unzipped_bytes",
        262_144_000,
    ),
    Target("`make build` again, seconds", "build_again_seconds", 2),
)


def outcomes(
    wall: Mapping[str, Spread | None], cpu: Mapping[str, Spread | None], plain: Mapping[str, float]
) -> list[Outcome]:
    """Each target judged by the median on the clock, or by a plain figure (bytes, seconds)."""
    return [_judged(target, wall.get(target.key), cpu.get(target.key), plain.get(target.key)) for target in TARGETS]


def _judged(target: Target, wall: Spread | None, cpu: Spread | None, plain: float | None) -> Outcome:
    figure = wall.median if wall else plain
    met = None if figure is None else figure >= target.limit if target.at_least else figure <= target.limit
    limit = f"{'≥' if target.at_least else '≤'} {target.limit:,}"
    cause = target.cause if met is False else ""
    return Outcome(target.what, target.key, limit, figure, cpu.median if cpu else None, met, cause)
