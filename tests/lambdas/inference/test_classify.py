"""One task to its one answer."""

import time

import pytest

from inference import classify as module
from inference.classify import classify_image
from inference.deadline import Deadline
from inference.errors import Code, InputError, OutOfTimeError, SourceUnavailableError
from inference.messages import Prediction, Rejection, Task
from inference.models.model import Model
from inference.stage import Timings

TASK = Task("a", "https://example.com/1.png", top=3)


def test_an_image_becomes_a_prediction(model: Model) -> None:
    answer = classify_image(TASK, model, lambda *_: model.sample, Deadline(10), Timings())
    assert isinstance(answer.result, Prediction)
    assert (answer.result.id, answer.result.url, len(answer.result.labels)) == ("a", TASK.url, 3)
    assert (answer.result.model_name, answer.result.model_sha256) == (model.name, model.sha256)
    assert list(answer.timings) == ["fetch", "decode", "infer"]
    assert answer.result.seconds == pytest.approx(sum(answer.timings.values()), abs=1e-5)


def test_what_is_no_image_becomes_a_rejection(model: Model) -> None:
    answer = classify_image(TASK, model, lambda *_: b"<html>", Deadline(10), Timings())
    assert isinstance(answer.result, Rejection)
    assert answer.result.code is Code.UNSUPPORTED_IMAGE
    assert list(answer.timings) == ["fetch", "decode"]


def test_a_permanent_fault_of_the_fetch_becomes_a_rejection(model: Model) -> None:
    def fetch(*_: object) -> bytes:
        raise InputError(Code.NOT_FOUND, "Gone.")

    answer = classify_image(TASK, model, fetch, Deadline(10), Timings())
    assert answer.result == Rejection("a", TASK.url, Code.NOT_FOUND, "Gone.", answer.result.seconds)
    assert list(answer.timings) == ["fetch"]


def test_a_transient_fault_is_raised(model: Model) -> None:
    def fetch(*_: object) -> bytes:
        raise SourceUnavailableError("Later.")

    with pytest.raises(SourceUnavailableError):
        classify_image(TASK, model, fetch, Deadline(10), Timings())


def test_the_fetch_gets_ten_seconds_or_what_is_left_after_the_other_steps(model: Model) -> None:
    given: list[float] = []

    def fetch(_: str, deadline: Deadline) -> bytes:
        given.append(deadline.seconds_left())
        return model.sample

    needed = module.DECODE.expected_seconds + module.INFER.expected_seconds
    classify_image(TASK, model, fetch, Deadline(600), Timings())
    classify_image(TASK, model, fetch, Deadline(5 + needed), Timings())
    assert 9.5 < given[0] <= 10
    assert 4.5 < given[1] <= 5.1


def hangs(_: str, deadline: Deadline) -> bytes:
    time.sleep(deadline.seconds_left())
    raise deadline.expired()


def test_a_fetch_that_only_lacked_the_functions_time_is_out_of_time(model: Model) -> None:
    needed = module.DECODE.expected_seconds + module.INFER.expected_seconds + 0.5
    call = Deadline(2 * needed + 0.2)
    time.sleep(needed + 0.2)
    with pytest.raises(OutOfTimeError, match="too short for the fetch"):
        classify_image(TASK, model, hangs, call, Timings())


def test_a_source_that_hangs_for_most_of_a_short_call_is_away(model: Model) -> None:
    call = Deadline(module.DECODE.expected_seconds + module.INFER.expected_seconds + 0.5)
    with pytest.raises(SourceUnavailableError):
        classify_image(TASK, model, hangs, call, Timings())
    assert call.seconds_left() > 0


def test_what_a_fetch_met_in_its_last_moment_can_still_be_told(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    for stage in (module.DECODE, module.INFER):
        monkeypatch.setattr(stage, "cost", 0.0)
    call = Deadline(0.5)
    with pytest.raises(SourceUnavailableError):
        classify_image(TASK, model, hangs, call, Timings())
    assert call.seconds_left() > 0.1


def test_nothing_is_fetched_without_time_to_use_it(model: Model) -> None:
    with pytest.raises(OutOfTimeError):
        classify_image(TASK, model, lambda *_: pytest.fail("it was fetched"), Deadline(0), Timings())
