"""What Lambda would charge, by the list prices of sluice/cost/prices.toml."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from bench.samples import Sample
from inference.cores import MEGABYTES_PER_CORE
from sluice.cost.prices import get_price

_GB_SECOND, _REQUEST = get_price("lambda", "gb_second"), get_price("lambda", "request")
_STEP = 256  # megabytes: nobody sets a function's memory to the megabyte


@dataclass(frozen=True)
class Price:
    """What a million images cost with a function of so much memory (MB), in batches as they were measured."""

    cores: int
    memory: int
    gigabyte_seconds: float
    dollars: float


def memory_for(peak_bytes: int, cores: int) -> int:
    """Megabytes that hold the peak and buy the cores: 1,769 each, or more by steps of 256 where the peak needs it."""
    least = MEGABYTES_PER_CORE * cores
    needed = math.ceil(peak_bytes / 2**20)
    return least if needed <= least else math.ceil(needed / _STEP) * _STEP


def price(sample: Sample, peak_bytes: int) -> Price:
    """Of a million images, each batch as long as the sample's; Lambda counts whole milliseconds."""
    memory = memory_for(peak_bytes, sample.cores)
    seconds = math.ceil(sample.wall_seconds * 1000) / 1000
    gigabyte_seconds = seconds * memory / 1024 / sample.images * 1_000_000
    requests = 1_000_000 / sample.images
    dollars = gigabyte_seconds * _GB_SECOND + requests * _REQUEST
    return Price(sample.cores, memory, gigabyte_seconds, dollars)


def cheapest(samples: Iterable[Sample]) -> dict[int, Price]:
    """For each repeat the price with one core or with two, whichever is lower over all repeats.

    `samples` are one contestant's batches. The peak is the greatest of all samples with as many cores.
    """
    known = list(samples)
    offers = []
    for cores in sorted({sample.cores for sample in known}):
        mine = [sample for sample in known if sample.cores == cores]
        peak = max(sample.peak_bytes or 0 for sample in mine)
        offers.append({sample.repeat: price(sample, peak) for sample in mine})
    return min(offers, key=lambda offer: sum(each.dollars for each in offer.values()) / len(offer), default={})
