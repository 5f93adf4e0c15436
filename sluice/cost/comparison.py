"""The result of `sluice cost` as data: costs of images, of a month, and of alternatives."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sluice.cost import line_items, prices
from sluice.cost.alternatives import ALTERNATIVES, PayPerUse, Server, lambda_cost
from sluice.cost.usage import UTILIZATION, FixedResources, Usage


def compare_costs(
    usages: Sequence[Usage], resources: FixedResources, images: int, monthly_images: int
) -> dict[str, Any]:
    """Return the costs in US dollars, by usage and line item.

    Args:
        usages: Usages to price.
        resources: Fixed resources of the environment.
        images: Number of images to price.
        monthly_images: Images per month for the alternatives.
    """
    return {
        "prices": {"date": prices.DATE, "region": prices.REGION},
        "images": images,
        "monthly": monthly_images,
        "utilization": UTILIZATION,
        "queue": {usage.name: add_total(line_items.price_queue(usage, images)) for usage in usages},
        "job": {usage.name: add_total(line_items.price_job(usage, images)) for usage in usages},
        "month": add_total(line_items.price_month(resources)),
        "usage": {usage.name: asdict(usage) for usage in usages},
        "resources": asdict(resources),
        "alternatives": [_price_alternative(alternative, usages, monthly_images) for alternative in ALTERNATIVES],
        "sluice": {usage.name: lambda_cost(usage, monthly_images) for usage in usages},
    }


def add_total(items: Mapping[str, float]) -> dict[str, float]:
    """Return the line items and their sum, "total"."""
    return {**items, "total": sum(items.values())}


def _price_alternative(alternative: Server | PayPerUse, usages: Sequence[Usage], monthly_images: int) -> dict[str, Any]:
    return {
        "name": alternative.name,
        "month": {usage.name: alternative.monthly_cost(usage, monthly_images) for usage in usages},
        "cheaper": {usage.name: _cheaper_range(alternative, usage) for usage in usages},
    }


def _cheaper_range(alternative: Server | PayPerUse, usage: Usage) -> dict[str, float | None]:
    """Return the images per month for which it costs less. "from" is None for never, "until" for no upper limit."""
    images = alternative.break_even(usage)
    if isinstance(alternative, Server):
        return {"from": None if images is None else math.ceil(images), "until": None}
    return {"from": 0, "until": None if images is None or math.isinf(images) else math.floor(images)}
