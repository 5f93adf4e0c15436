"""Stages: order, estimated cost and deadlines."""

import threading
import time

import pytest

from inference.cores import Cores, Share
from inference.deadline import Deadline
from inference.errors import OutOfTimeError, SourceUnavailableError
from inference.stage import Stage


def test_stage_runs_one_image_at_a_time() -> None:
    stage = Stage("decode", cost=0, cores=Cores(1), share=Share.ALL)
    inside: list[int] = []

    def work() -> None:
        with stage.run(Deadline(5), {}):
            inside.append(1)
            assert len(inside) == 1
            time.sleep(0.005)
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stage.cost >= 0.005
    assert inside == []


def test_two_stages_share_cores() -> None:
    cores = Cores(2)
    decode, infer = Stage("decode", 0, cores, Share.ONE), Stage("infer", 0, cores, Share.ALL)
    with decode.run(Deadline(5), {}), decode.run(Deadline(5), {}):
        for stage in (decode, infer):
            with pytest.raises(OutOfTimeError), stage.run(Deadline(0.05), {}):
                pytest.fail("a third core was used")
    with infer.run(Deadline(5), {}), pytest.raises(OutOfTimeError), decode.run(Deadline(0.05), {}):
        pytest.fail("a third core was used")
    with infer.run(Deadline(5), {}):
        pass


def test_waiting_for_cores_is_not_timed() -> None:
    stage = Stage("decode", cost=0, cores=Cores(1), share=Share.ALL)
    seconds: dict[str, float] = {}

    def work() -> None:
        with stage.run(Deadline(5), seconds):
            pass

    waiting = threading.Thread(target=work)
    with stage.run(Deadline(5), {}):
        waiting.start()
        time.sleep(0.2)
    waiting.join()
    assert stage.cost >= 0.15
    assert seconds["decode"] < 0.15


def test_image_that_would_end_too_late_is_refused() -> None:
    stage = Stage("decode", cost=2, cores=Cores(1), share=Share.ALL)
    with pytest.raises(OutOfTimeError), stage.run(Deadline(1), {}):
        pytest.fail("it ran")
    with stage.run(Deadline(10), {}):
        pass


def test_wait_for_cores_ends_at_deadline() -> None:
    stage = Stage("decode", cost=0, cores=Cores(1), share=Share.ALL)
    with stage.run(Deadline(5), {}):
        result: list[object] = []

        def wait() -> None:
            with pytest.raises(OutOfTimeError) as late, stage.run(Deadline(0.05), {}):
                pytest.fail("two images ran at the same time")
            result.append(late.value)

        thread = threading.Thread(target=wait)
        thread.start()
        thread.join(5)
        assert len(result) == 1


def test_estimate_decays_after_slow_image() -> None:
    stage = Stage("decode", cost=20, cores=Cores(1), share=Share.ALL)

    def is_refused() -> bool:
        try:
            with stage.run(Deadline(5), {}):
                return False
        except OutOfTimeError:
            return True

    results = [is_refused() for _ in range(30)]
    assert results == sorted(results, reverse=True)
    assert 0 < sum(results) < 20


def test_image_that_outlives_its_call_counts_until_deadline() -> None:
    stage = Stage("infer", cost=0, cores=Cores(1), share=Share.ALL)
    with stage.run(Deadline(0.2), {}):
        time.sleep(1)  # stands for a process that is frozen between two calls
    assert 0.1 < stage.cost <= 0.2


def test_error_releases_cores() -> None:
    stage = Stage("decode", cost=0, cores=Cores(1), share=Share.ALL)
    with pytest.raises(ZeroDivisionError), stage.run(Deadline(5), {}):
        raise ZeroDivisionError
    with stage.run(Deadline(5), {}):
        pass


def test_deadline_run_limits_time_of_function() -> None:
    assert Deadline(5).run(max, 3, 4) == 4
    with pytest.raises(SourceUnavailableError):
        Deadline(0.01).run(time.sleep, 0.2)
    with pytest.raises(SourceUnavailableError):
        Deadline(-1).run(max, 3, 4)


def test_deadline_run_raises_timeout_of_function_itself() -> None:
    def fail() -> None:
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        Deadline(5).run(fail)
