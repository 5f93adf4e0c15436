"""The price list is complete and dated."""

from datetime import date

import pytest

from sluice.cost import prices


def test_list_has_a_date_and_a_region() -> None:
    assert date.fromisoformat(prices.DATE) <= date.today()
    assert prices.REGION == "us-east-1"


def test_every_entry_is_a_price() -> None:
    services = {name: entries for name, entries in prices._LIST.items() if isinstance(entries, dict)}
    assert services
    assert all(0 < prices.get_price(service, name) < 100 for service, entries in services.items() for name in entries)


def test_get_price_of_an_unknown_entry_raises_key_error() -> None:
    with pytest.raises(KeyError):
        prices.get_price("lambda", "lunch")
