"""Run a function on many items at the same time, until a deadline."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

from inference.deadline import Deadline

CONCURRENT_IMAGES = 10

Item = TypeVar("Item")
Result = TypeVar("Result")

_POOL = ThreadPoolExecutor(max_workers=CONCURRENT_IMAGES, thread_name_prefix="image")


def run_concurrently(
    items: Sequence[Item], function: Callable[[Item, Deadline], Result], deadline: Deadline
) -> Iterator[tuple[int, Result | BaseException]]:
    """Call a function with each item, in up to ten threads.

    Items are started in order. Ends soon after the deadline, however long the function takes: items that are late are
    left out, and those that have not started are never started.

    Args:
        items: The items.
        function: Called with an item and the deadline.
        deadline: When to stop waiting.

    Yields:
        The index of an item with the result of the function or the exception that it raised, in the order in which
        the calls end.
    """
    futures = {_POOL.submit(function, item, deadline): index for index, item in enumerate(items)}
    try:
        for future in as_completed(futures, timeout=max(deadline.seconds_left(), 0)):
            error = future.exception()
            yield futures[future], future.result() if error is None else error
    except TimeoutError:
        for future in futures:
            future.cancel()
