"""Lambda's price for a million images."""

import pytest

from bench.prices import choose_memory, compute_price, find_cheapest
from tests.bench.test_samples import create_sample


@pytest.mark.parametrize(
    ("megabytes", "cores", "memory"),
    [(100, 1, 1769), (1769, 1, 1769), (1770, 1, 1792), (2060, 1, 2304), (300, 2, 3538)],
)
def test_memory_fits_the_cores_and_the_peak(megabytes: int, cores: int, memory: int) -> None:
    assert choose_memory(megabytes << 20, cores) == memory


def test_price_is_gigabyte_seconds_and_requests() -> None:
    """1,000,000 images are 100,000 requests of 2 s at 1,769 MB: 345,507.8 GB-s at $0.0000166667, and $0.02."""
    price = compute_price(create_sample(wall=1.9995, images=10), 100 << 20)
    assert price.gigabyte_seconds == pytest.approx(345_507.8, abs=0.1)
    assert price.dollars == pytest.approx(5.7785, abs=0.0001)


def test_price_is_of_the_cheaper_number_of_cores() -> None:
    """Two cores cost twice as much per second: they are cheaper if they more than halve the time."""
    one = [create_sample(wall=4.0, images=10, repeat=repeat) for repeat in range(2)]
    slow = [create_sample(wall=2.5, images=10, cores=2, repeat=repeat) for repeat in range(2)]
    fast = [create_sample(wall=1.5, images=10, cores=2, repeat=repeat) for repeat in range(2)]
    assert {price.cores for price in find_cheapest([*one, *slow]).values()} == {1}
    assert {price.cores for price in find_cheapest([*one, *fast]).values()} == {2}
    assert find_cheapest([]) == {}
