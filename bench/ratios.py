"""The quotients that the targets speak of, each from samples that were taken in turns."""

from collections.abc import Mapping, Sequence

from bench import prices
from bench.flops import PRODUCT
from bench.samples import Figure, Sample, Spread, chosen, cpu, paired, spread

INCEPTION, MOBILE = "InceptionV3", "MobileNetV2"


def ratios(samples: Sequence[Sample], flops: Mapping[str, int], figure: Figure) -> dict[str, Spread | None]:
    """All quotients of a figure (seconds on the clock, or of processors); None where something was not measured."""

    def of(top: Mapping[str, object], bottom: Mapping[str, object]) -> Spread | None:
        return paired(chosen(samples, **top), chosen(samples, **bottom), figure)

    def pair(stage: str, network: str, case: str, top: str, bottom: str, cores: int = 1) -> Spread | None:
        shared = {"stage": stage, "network": network, "case": case, "cores": cores}
        return of({**shared, "contestant": top}, {**shared, "contestant": bottom})

    found = {
        "cold_start_litert_vs_reference": pair("cold", INCEPTION, "1 MP", "reference", "litert"),
        "cold_start_tensorflow_vs_reference": pair("cold", INCEPTION, "1 MP", "tensorflow", "reference"),
        "throughput_b10_vs_reference": pair("throughput", INCEPTION, "1 MP", "reference", "litert"),
        "handler_vs_raw_engine": pair("limit", INCEPTION, "small", "raw_litert", "litert"),
        "dollars_vs_reference": _dollars(samples, INCEPTION) if figure is not cpu else None,
        "peak_memory_vs_reference": _peaks(samples, INCEPTION) if figure is not cpu else None,
        "litert_vs_sgemm": _of_sgemm(samples, flops.get(INCEPTION, 0), figure),
        "throughput_b10_two_cores_vs_reference": pair("throughput", INCEPTION, "1 MP", "reference", "litert", 2),
        "throughput_b10_tensorflow_vs_reference": pair("throughput", INCEPTION, "1 MP", "reference", "tensorflow"),
        "throughput_b10_vs_onnx": pair("throughput", INCEPTION, "1 MP", "onnx", "litert"),
        "throughput_b10_vs_litserve": pair("throughput", INCEPTION, "1 MP", "lit_server", "litert"),
    }
    for stage, suffix in (("latency in memory", ""), ("latency", "_as_message")):
        for case, short in (("1 MP", "1mp"), ("12 MP", "12mp")):
            found[f"{short}_exact_vs_reference{suffix}"] = pair(stage, INCEPTION, case, "litert", "reference")
            found[f"{short}_fast_vs_reference{suffix}"] = pair(stage, INCEPTION, case, "litert-fast", "reference")
        found[f"mobilenet_vs_saved_model{suffix}"] = pair(stage, MOBILE, "1 MP", "litert", "saved_model")
    return found


def _of_sgemm(samples: Sequence[Sample], flops: int, figure: Figure) -> Spread | None:
    """Operations a second of the interpreter alone, over those of matrix products on the same core."""
    network = chosen(samples, stage="limit", network=INCEPTION, contestant="raw_litert")
    product = chosen(samples, stage="limit", network=INCEPTION, contestant="sgemm")
    quotient = paired(product, network, figure)
    if quotient is None or not flops:
        return None
    scale = flops / PRODUCT
    return Spread(quotient.median * scale, quotient.least * scale, quotient.greatest * scale, quotient.count)


def _dollars(samples: Sequence[Sample], network: str) -> Spread | None:
    ours, theirs = (prices.cheapest(_batches(samples, network, name)) for name in ("litert", "reference"))
    return spread(ours[repeat].dollars / theirs[repeat].dollars for repeat in ours.keys() & theirs.keys())


def _peaks(samples: Sequence[Sample], network: str) -> Spread | None:
    ours, theirs = (chosen(_batches(samples, network, name), cores=1) for name in ("litert", "reference"))
    if not ours or not theirs:
        return None
    return paired(ours, theirs, lambda sample: float(sample.peak_bytes or 0))


def _batches(samples: Sequence[Sample], network: str, contestant: str) -> list[Sample]:
    return chosen(samples, stage="throughput", network=network, contestant=contestant)
