"""What Lambda would charge."""

import pytest

from bench.prices import cheapest, memory_for, price
from tests.bench.test_samples import sample


@pytest.mark.parametrize(
    ("megabytes", "cores", "memory"),
    [(100, 1, 1769), (1769, 1, 1769), (1770, 1, 1792), (2060, 1, 2304), (300, 2, 3538)],
)
def test_memory_buys_the_cores_and_holds_the_peak(megabytes: int, cores: int, memory: int) -> None:
    assert memory_for(megabytes << 20, cores) == memory


def test_a_million_images_in_batches_of_ten_cost_their_gigabyte_seconds_and_requests() -> None:
    """1,000,000 images are 100,000 requests of 2 s at 1,769 MB: 345,507.8 GB-s at $0.0000166667, and $0.02."""
    found = price(sample(wall=1.9995, images=10), 100 << 20)
    assert found.gigabyte_seconds == pytest.approx(345_507.8, abs=0.1)
    assert found.dollars == pytest.approx(5.7785, abs=0.0001)


def test_a_contestant_is_charged_at_the_cheaper_number_of_cores() -> None:
    """Two cores cost twice as much a second: they pay when they halve the time and more."""
    one = [sample(wall=4.0, images=10, repeat=repeat) for repeat in range(2)]
    slow = [sample(wall=2.5, images=10, cores=2, repeat=repeat) for repeat in range(2)]
    fast = [sample(wall=1.5, images=10, cores=2, repeat=repeat) for repeat in range(2)]
    assert {offer.cores for offer in cheapest([*one, *slow]).values()} == {1}
    assert {offer.cores for offer in cheapest([*one, *fast]).values()} == {2}
    assert cheapest([]) == {}
