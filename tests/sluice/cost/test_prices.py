"""The price list is whole, has a date, and is the only place with prices."""

from datetime import date

import pytest

from sluice.cost import prices


def test_the_list_says_where_and_when() -> None:
    assert date.fromisoformat(prices.DATE) <= date.today()
    assert prices.REGION == "us-east-1"


def test_every_entry_is_a_price() -> None:
    services = {name: entries for name, entries in prices._LIST.items() if isinstance(entries, dict)}
    assert services
    assert all(0 < prices.price(service, name) < 100 for service, entries in services.items() for name in entries)


def test_what_is_not_on_the_list_has_no_price() -> None:
    with pytest.raises(KeyError):
        prices.price("lambda", "lunch")
