"""The price list prices.toml, which holds every price of the project and the date on which it was written down."""

import tomllib
from pathlib import Path

_LIST = tomllib.loads(Path(__file__).with_name("prices.toml").read_text())

DATE: str = _LIST["date"]
REGION: str = _LIST["region"]
HOURS_PER_MONTH = 730


def get_price(service: str, name: str) -> float:
    """Return the price of one unit in US dollars.

    Args:
        service: A section of prices.toml, for example "lambda".
        name: An entry of the section; it names the unit.

    Raises:
        KeyError: The list has no such entry.
    """
    return float(_LIST[service][name])
