"""Who computes, and on how many cores."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from inference.cores import Cores, Share, count_threads

ONE, ALL = Share.ONE, Share.ALL


class Queue:
    """Threads that want shares of the cores. `log` has their names as they get them; each gives back when told to."""

    def __init__(self, cores: Cores) -> None:
        self.cores = cores
        self.log: list[str] = []
        self._done: dict[str, threading.Event] = {}
        self._threads: list[threading.Thread] = []

    def want(self, name: str, share: Share) -> None:
        self._done[name] = threading.Event()
        self._threads.append(threading.Thread(target=self._work, args=(name, share)))
        self._threads[-1].start()
        time.sleep(0.02)  # those who come first are to stand first

    def finish(self, *names: str) -> list[str]:
        """All who have begun by now, once those named have given back."""
        for name in names:
            self._done[name].set()
        time.sleep(0.05)
        return self.log

    def end(self) -> None:
        for done in self._done.values():
            done.set()
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()

    def _work(self, name: str, share: Share) -> None:
        assert self.cores.acquire(share, 5)
        self.log.append(name)
        self._done[name].wait(5)
        self.cores.release(share)


@contextmanager
def queue(count: int) -> Iterator[Queue]:
    opened = Queue(Cores(count))
    try:
        yield opened
    finally:
        opened.end()


def test_as_many_are_decoded_at_once_as_there_are_cores() -> None:
    with queue(2) as images:
        for name in "abc":
            images.want(name, ONE)
        assert images.finish() == ["a", "b"]
        assert images.finish("b") == ["a", "b", "c"]


def test_nothing_is_decoded_while_one_is_inferred() -> None:
    with queue(2) as images:
        images.want("inferred", ALL)
        images.want("decoded", ONE)
        assert images.finish() == ["inferred"]
        assert images.finish("inferred") == ["inferred", "decoded"]


def test_inference_waits_for_all_cores() -> None:
    with queue(3) as images:
        for name in "ab":
            images.want(name, ONE)
        images.want("inferred", ALL)
        assert images.finish("a") == ["a", "b"]
        assert images.finish("b") == ["a", "b", "inferred"]


def test_on_several_cores_what_is_going_on_goes_on() -> None:
    with queue(2) as images:
        images.want("a", ONE)
        images.want("b", ONE)
        images.want("first", ALL)
        images.want("c", ONE)
        assert images.finish("a") == ["a", "b", "c"]
        images.want("second", ALL)
        assert images.finish("b", "c") == ["a", "b", "c", "first"]
        images.want("d", ONE)
        assert images.finish("first") == ["a", "b", "c", "first", "second"]
        assert images.finish("second") == ["a", "b", "c", "first", "second", "d"]


def test_on_one_core_what_is_decoded_is_inferred_next() -> None:
    with queue(1) as images:
        images.want("a", ONE)
        images.want("b", ONE)
        images.want("inferred", ALL)
        assert images.finish("a") == ["a", "inferred"]
        assert images.finish("inferred") == ["a", "inferred", "b"]


@pytest.mark.parametrize("share", Share)
def test_who_waits_too_long_is_turned_away_and_stands_in_nobodys_way(share: Share) -> None:
    cores = Cores(2)
    assert cores.acquire(ALL, 1)
    assert not cores.acquire(share, 0.05)
    assert not cores.acquire(share, -1)
    cores.release(ALL)
    assert cores.acquire(ONE, 0)
    assert cores.acquire(ONE, 0)
    assert not cores.acquire(ONE, 0)


def test_whoever_waits_behind_one_that_gives_up_gets_its_turn() -> None:
    cores = Cores(2)
    assert cores.acquire(ALL, 1)
    cores.release(ALL)
    assert cores.acquire(ONE, 1)
    impatient = threading.Thread(target=cores.acquire, args=(ALL, 0.2))
    cores._preferred = ALL
    impatient.start()
    time.sleep(0.05)
    started = time.monotonic()
    assert cores.acquire(ONE, 5)
    assert time.monotonic() - started < 1
    impatient.join()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_many_threads_all_come_through(count: int) -> None:
    cores, lock = Cores(count), threading.Lock()
    used, most, through = 0, 0, 0

    def work(seed: int) -> None:
        nonlocal used, most, through
        for step in range(40):
            share = ALL if (seed + step) % 3 == 0 else ONE
            size = count if share is ALL else 1
            assert cores.acquire(share, 20)
            with lock:
                used += size
                most = max(most, used)
            if step % 7 == 0:
                time.sleep(0.0005)
            with lock:
                used -= size
                through += 1
            cores.release(share)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert through == 400
    assert most == count


@pytest.mark.parametrize(
    ("memory", "cores", "expected"),
    [("128", 6, 1), ("1768", 6, 1), ("1769", 6, 1), ("3538", 6, 2), ("10240", 6, 5), ("10240", 2, 2), (None, 6, 1)],
)
def test_threads_are_the_cores_that_memory_buys(
    memory: str | None, cores: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert count_threads({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": memory} if memory else {}) == expected
