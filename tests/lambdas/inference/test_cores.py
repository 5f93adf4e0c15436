"""Cores: which thread computes next, and on how many cores."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from inference.cores import Cores, Share, count_threads

ONE, ALL = Share.ONE, Share.ALL


class Workers:
    """Threads that each acquire a share of the cores and release it on request.

    `log` has their names in the order in which they acquired a share.
    """

    def __init__(self, cores: Cores) -> None:
        self.cores = cores
        self.log: list[str] = []
        self._done: dict[str, threading.Event] = {}
        self._threads: list[threading.Thread] = []

    def start(self, name: str, share: Share) -> None:
        self._done[name] = threading.Event()
        self._threads.append(threading.Thread(target=self._work, args=(name, share)))
        self._threads[-1].start()
        time.sleep(0.02)  # so that threads wait in the order of their start

    def finish(self, *names: str) -> list[str]:
        """Let the named threads release their shares, and return `log`."""
        for name in names:
            self._done[name].set()
        time.sleep(0.05)
        return self.log

    def finish_all(self) -> None:
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
def run_workers(count: int) -> Iterator[Workers]:
    workers = Workers(Cores(count))
    try:
        yield workers
    finally:
        workers.finish_all()


def test_one_image_per_core_is_decoded() -> None:
    with run_workers(2) as images:
        for name in "abc":
            images.start(name, ONE)
        assert images.finish() == ["a", "b"]
        assert images.finish("b") == ["a", "b", "c"]


def test_no_image_is_decoded_during_inference() -> None:
    with run_workers(2) as images:
        images.start("inferred", ALL)
        images.start("decoded", ONE)
        assert images.finish() == ["inferred"]
        assert images.finish("inferred") == ["inferred", "decoded"]


def test_inference_waits_for_all_cores() -> None:
    with run_workers(3) as images:
        for name in "ab":
            images.start(name, ONE)
        images.start("inferred", ALL)
        assert images.finish("a") == ["a", "b"]
        assert images.finish("b") == ["a", "b", "inferred"]


def test_several_cores_prefer_current_stage() -> None:
    with run_workers(2) as images:
        images.start("a", ONE)
        images.start("b", ONE)
        images.start("first", ALL)
        images.start("c", ONE)
        assert images.finish("a") == ["a", "b", "c"]
        images.start("second", ALL)
        assert images.finish("b", "c") == ["a", "b", "c", "first"]
        images.start("d", ONE)
        assert images.finish("first") == ["a", "b", "c", "first", "second"]
        assert images.finish("second") == ["a", "b", "c", "first", "second", "d"]


def test_single_core_infers_decoded_image_next() -> None:
    with run_workers(1) as images:
        images.start("a", ONE)
        images.start("b", ONE)
        images.start("inferred", ALL)
        assert images.finish("a") == ["a", "inferred"]
        assert images.finish("inferred") == ["a", "inferred", "b"]


@pytest.mark.parametrize("share", Share)
def test_acquire_times_out_and_blocks_no_other(share: Share) -> None:
    cores = Cores(2)
    assert cores.acquire(ALL, 1)
    assert not cores.acquire(share, 0.05)
    assert not cores.acquire(share, -1)
    cores.release(ALL)
    assert cores.acquire(ONE, 0)
    assert cores.acquire(ONE, 0)
    assert not cores.acquire(ONE, 0)


def test_timeout_of_one_thread_wakes_the_next() -> None:
    cores = Cores(2)
    assert cores.acquire(ALL, 1)
    cores.release(ALL)
    assert cores.acquire(ONE, 1)
    short_wait = threading.Thread(target=cores.acquire, args=(ALL, 0.2))
    cores._preferred = ALL
    short_wait.start()
    time.sleep(0.05)
    started = time.monotonic()
    assert cores.acquire(ONE, 5)
    assert time.monotonic() - started < 1
    short_wait.join()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_many_threads_all_acquire_shares(count: int) -> None:
    cores, lock = Cores(count), threading.Lock()
    used, most, finished = 0, 0, 0

    def work(seed: int) -> None:
        nonlocal used, most, finished
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
                finished += 1
            cores.release(share)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert finished == 400
    assert most == count


@pytest.mark.parametrize(
    ("memory", "cores", "expected"),
    [("128", 6, 1), ("1768", 6, 1), ("1769", 6, 1), ("3538", 6, 2), ("10240", 6, 5), ("10240", 2, 2), (None, 6, 1)],
)
def test_thread_count_follows_memory_size(
    memory: str | None, cores: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert count_threads({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": memory} if memory else {}) == expected
