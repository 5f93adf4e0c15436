"""Of many tasks only some are traced, unless a share is asked for."""

import random

from sluice.sqs.task_sender import TraceSampling


def _kept(drawn: TraceSampling, count: int) -> int:
    return sum(drawn.new_header().endswith("Sampled=1") for _ in range(count))


def test_the_first_of_a_second_is_traced_and_few_of_the_others() -> None:
    drawn = TraceSampling()
    random.seed(0)
    assert _kept(drawn, 1) == 1
    assert 0 < _kept(drawn, 2000) < 200


def test_a_share_is_kept_to() -> None:
    assert _kept(TraceSampling(1), 50) == 50
    assert _kept(TraceSampling(0), 50) == 0
