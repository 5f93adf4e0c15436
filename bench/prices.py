"""Lambda's charge for a million images, from the list prices in sluice/cost/prices.toml."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from bench.samples import Sample
from inference.cores import MEGABYTES_PER_CORE
from sluice.cost.prices import get_price

_GB_SECOND, _REQUEST = get_price("lambda", "gb_second"), get_price("lambda", "request")
_STEP = 256  # megabytes, as functions are usually configured


@dataclass(frozen=True)
class Price:
    """The price of a million images in batches as measured, with a function of `memory` MB."""

    cores: int
    memory: int
    gigabyte_seconds: float
    dollars: float


def choose_memory(peak_bytes: int, cores: int) -> int:
    """Choose a function's memory in MB: 1,769 per core, or more in steps of 256 if the peak needs it."""
    minimum = MEGABYTES_PER_CORE * cores
    needed = math.ceil(peak_bytes / 2**20)
    return minimum if needed <= minimum else math.ceil(needed / _STEP) * _STEP


def compute_price(sample: Sample, peak_bytes: int) -> Price:
    """Compute the price of a million images in batches like the sample's; Lambda bills whole milliseconds."""
    memory = choose_memory(peak_bytes, sample.cores)
    seconds = math.ceil(sample.wall_seconds * 1000) / 1000
    gigabyte_seconds = seconds * memory / 1024 / sample.images * 1_000_000
    requests = 1_000_000 / sample.images
    dollars = gigabyte_seconds * _GB_SECOND + requests * _REQUEST
    return Price(sample.cores, memory, gigabyte_seconds, dollars)


def find_cheapest(samples: Iterable[Sample]) -> dict[int, Price]:
    """Find the price of each repeat with the number of cores that is cheaper over all repeats.

    Args:
        samples: Batches of one competitor. The memory is for the peak of all samples with as many cores.
    """
    known = list(samples)
    options = []
    for cores in sorted({sample.cores for sample in known}):
        batches = [sample for sample in known if sample.cores == cores]
        peak = max(sample.peak_bytes or 0 for sample in batches)
        options.append({sample.repeat: compute_price(sample, peak) for sample in batches})
    return min(options, key=lambda prices: sum(price.dollars for price in prices.values()) / len(prices), default={})
