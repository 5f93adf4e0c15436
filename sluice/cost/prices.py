"""The price list: every price that this project reckons with stands in prices.toml, with its date."""

import tomllib
from pathlib import Path

_LIST = tomllib.loads(Path(__file__).with_name("prices.toml").read_text())

DATE: str = _LIST["date"]
REGION: str = _LIST["region"]
HOURS = 730  # in a month


def price(service: str, name: str) -> float:
    """US dollars for one of what the list's entry names. KeyError for one that is not on the list."""
    return float(_LIST[service][name])
