"""A function run on many items at the same time, and items that are late."""

import threading
import time

from inference.deadline import Deadline
from pipeline.concurrency import CONCURRENT_IMAGES, run_concurrently


def test_results_come_with_the_index_of_their_item() -> None:
    started: list[int] = []

    def double(number: int, _: Deadline) -> int:
        started.append(number)
        time.sleep(0.01)
        return 2 * number

    outcomes = dict(run_concurrently(range(100, 130), double, Deadline(10)))
    assert outcomes == {index: 2 * (100 + index) for index in range(30)}
    assert sorted(started[:CONCURRENT_IMAGES]) == list(range(100, 100 + CONCURRENT_IMAGES))


def test_late_items_are_left_out_and_no_more_start() -> None:
    started: list[int] = []
    all_started, release = threading.Semaphore(0), threading.Event()

    def wait(number: int, _: Deadline) -> None:
        started.append(number)
        all_started.release()
        release.wait(10)

    assert list(run_concurrently(range(50), wait, Deadline(1))) == []
    for _ in range(CONCURRENT_IMAGES):
        assert all_started.acquire(timeout=5)
    release.set()
    time.sleep(0.5)
    assert sorted(started) == list(range(CONCURRENT_IMAGES))
