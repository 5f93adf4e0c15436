"""What was found, as data: dollars for images, for a month, and for the other ways."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sluice.cost import images, prices
from sluice.cost.alternatives import ALTERNATIVES, Metered, Server, sluice
from sluice.cost.usage import UTILISATION, Standing, Usage


def comparison(usages: Sequence[Usage], standing: Standing, many: int, monthly: int) -> dict[str, Any]:
    """All that `sluice cost` tells of `many` images, and of other ways to do `monthly` of them a month; in dollars."""
    return {
        "prices": {"date": prices.DATE, "region": prices.REGION},
        "images": many,
        "monthly": monthly,
        "utilisation": UTILISATION,
        "queue": {usage.name: whole(images.queue(usage, many)) for usage in usages},
        "job": {usage.name: whole(images.job(usage, many)) for usage in usages},
        "month": whole(images.month(standing)),
        "usage": {usage.name: asdict(usage) for usage in usages},
        "standing": asdict(standing),
        "alternatives": [_alternative(other, usages, monthly) for other in ALTERNATIVES],
        "sluice": {usage.name: sluice(usage, monthly) for usage in usages},
    }


def whole(lines: Mapping[str, float]) -> dict[str, float]:
    """The lines and their sum."""
    return {**lines, "together": sum(lines.values())}


def _alternative(other: Server | Metered, usages: Sequence[Usage], monthly: int) -> dict[str, Any]:
    return {
        "name": other.name,
        "month": {usage.name: other.month(usage, monthly) for usage in usages},
        "cheaper": {usage.name: _cheaper(other, usage) for usage in usages},
    }


def _cheaper(other: Server | Metered, usage: Usage) -> dict[str, float | None]:
    """Between how many images a month the other way costs less; from None: never, until None: without end."""
    if isinstance(other, Server):
        fewest = other.cheaper(usage)
        return {"from": None if fewest is None else math.ceil(fewest), "until": None}
    until = other.until(usage)
    return {"from": 0, "until": None if math.isinf(until) else math.floor(until)}
