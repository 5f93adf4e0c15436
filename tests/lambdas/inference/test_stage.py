"""Turns, costs and deadlines."""

import threading
import time

import pytest

from inference.cores import Cores, Share
from inference.deadline import Deadline
from inference.errors import OutOfTimeError, SourceUnavailableError
from inference.stage import Stage


def test_one_at_a_time() -> None:
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


def test_two_stages_share_the_cores() -> None:
    cores = Cores(2)
    decode, infer = Stage("decode", 0, cores, Share.ONE), Stage("infer", 0, cores, Share.ALL)
    with decode.run(Deadline(5), {}), decode.run(Deadline(5), {}):
        for stage in (decode, infer):
            with pytest.raises(OutOfTimeError), stage.run(Deadline(0.05), {}):
                pytest.fail("there is no third core")
    with infer.run(Deadline(5), {}), pytest.raises(OutOfTimeError), decode.run(Deadline(0.05), {}):
        pytest.fail("there is no third core")
    with infer.run(Deadline(5), {}):
        pass


def test_waiting_is_not_counted() -> None:
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


def test_a_turn_that_would_end_too_late_is_not_begun() -> None:
    stage = Stage("decode", cost=2, cores=Cores(1), share=Share.ALL)
    with pytest.raises(OutOfTimeError), stage.run(Deadline(1), {}):
        pytest.fail("it began")
    with stage.run(Deadline(10), {}):
        pass


def test_a_turn_that_does_not_come_is_given_up() -> None:
    stage = Stage("decode", cost=0, cores=Cores(1), share=Share.ALL)
    with stage.run(Deadline(5), {}):
        result: list[object] = []

        def wait() -> None:
            with pytest.raises(OutOfTimeError) as late, stage.run(Deadline(0.05), {}):
                pytest.fail("two at once")
            result.append(late.value)

        thread = threading.Thread(target=wait)
        thread.start()
        thread.join(5)
        assert len(result) == 1


def test_one_slow_image_does_not_shut_out_the_rest_for_ever() -> None:
    stage = Stage("decode", cost=20, cores=Cores(1), share=Share.ALL)

    def refused() -> bool:
        try:
            with stage.run(Deadline(5), {}):
                return False
        except OutOfTimeError:
            return True

    tries = [refused() for _ in range(30)]
    assert tries == sorted(tries, reverse=True)
    assert 0 < sum(tries) < 20


def test_a_turn_that_outlived_its_call_counts_only_what_the_call_had_left() -> None:
    stage = Stage("infer", cost=0, cores=Cores(1), share=Share.ALL)
    with stage.run(Deadline(0.2), {}):
        time.sleep(1)  # as if the process was frozen between two calls
    assert 0.1 < stage.cost <= 0.2


def test_an_error_inside_gives_the_turn_back() -> None:
    stage = Stage("decode", cost=0, cores=Cores(1), share=Share.ALL)
    with pytest.raises(ZeroDivisionError), stage.run(Deadline(5), {}):
        raise ZeroDivisionError
    with stage.run(Deadline(5), {}):
        pass


def test_a_function_without_a_time_out_gets_one() -> None:
    assert Deadline(5).run(max, 3, 4) == 4
    with pytest.raises(SourceUnavailableError):
        Deadline(0.01).run(time.sleep, 0.2)
    with pytest.raises(SourceUnavailableError):
        Deadline(-1).run(max, 3, 4)


def test_a_time_out_of_the_functions_own_is_not_mistaken_for_the_deadline() -> None:
    def fail() -> None:
        raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        Deadline(5).run(fail)
