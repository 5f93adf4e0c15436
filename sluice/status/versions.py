"""Which versions of a function answer, and which share of the calls each gets."""

from typing import Any

ALIAS = "live"


def shares(functions: Any, function: str) -> dict[str, float]:
    """The share (0 to 1) of each version that the function's alias leads to; `functions` is Lambda's client."""
    alias = functions.get_alias(FunctionName=function, Name=ALIAS)
    others: dict[str, float] = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
    return {alias["FunctionVersion"]: round(1 - sum(others.values()), 6)} | others
