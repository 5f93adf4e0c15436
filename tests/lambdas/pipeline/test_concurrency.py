"""Many at once, and what becomes of those that are late."""

import time
from collections.abc import Callable

from inference.classify import Classification
from inference.deadline import Deadline
from inference.errors import Code
from inference.messages import Rejection
from pipeline.concurrency import CONCURRENT_IMAGES, at_once


def slowly(seconds: float, begun: list[int]) -> Callable[[int, Deadline], Classification]:
    def answer(number: int, _: Deadline) -> Classification:
        begun.append(number)
        time.sleep(seconds)
        return Classification(Rejection(str(number), None, Code.BAD_TASK, "No."))

    return answer


def test_each_comes_with_its_position_once_it_is_done() -> None:
    begun: list[int] = []
    outcomes = dict(at_once(range(100, 130), slowly(0.01, begun), Deadline(10)))
    assert sorted(outcomes) == list(range(30))
    assert all(
        isinstance(got, Classification) and got.result.id == str(100 + position) for position, got in outcomes.items()
    )
    assert sorted(begun[:CONCURRENT_IMAGES]) == list(range(100, 100 + CONCURRENT_IMAGES))


def test_those_that_are_late_are_left_out_and_no_more_are_begun() -> None:
    begun: list[int] = []
    assert list(at_once(range(50), slowly(0.4, begun), Deadline(0.1))) == []
    time.sleep(1)
    assert len(begun) == CONCURRENT_IMAGES
