"""Classification many at once, and give each answer as it comes."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

from inference.classify import Classification
from inference.deadline import Deadline

CONCURRENT_IMAGES = 10

Asked = TypeVar("Asked")

_POOL = ThreadPoolExecutor(max_workers=CONCURRENT_IMAGES, thread_name_prefix="image")


def at_once(
    asked: Sequence[Asked], answer: Callable[[Asked, Deadline], Classification], deadline: Deadline
) -> Iterator[tuple[int, Classification | BaseException]]:
    """(position, answer or what was raised) of each that is done by the deadline, as they come; begun in order.

    Ends soon after the deadline whatever they do: those that are late are left out.
    """
    futures = {_POOL.submit(answer, each, deadline): position for position, each in enumerate(asked)}
    try:
        for future in as_completed(futures, timeout=max(deadline.seconds_left(), 0)):
            fault = future.exception()
            yield futures[future], future.result() if fault is None else fault
    except TimeoutError:
        for future in futures:
            future.cancel()
