"""Many in one call, and again those that met a transient fault."""

import time
from collections import Counter
from collections.abc import Callable
from random import SystemRandom

import pytest

from inference.classify import Classification
from inference.deadline import Deadline
from inference.errors import Code, ModelError, OutOfTimeError, SourceUnavailableError
from inference.messages import Rejection, Task
from jobs.retry_until import ATTEMPTS, persist
from pipeline.work_item import Image


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SystemRandom, "uniform", lambda _, low, high: low + (high - low) / 100)


def answered(name: str) -> Classification:
    return Classification(Rejection(name, None, Code.BAD_TASK, "No."))


def met(names: list[str], answer: Callable[[str, Deadline], Classification], deadline: Deadline) -> list[str | type]:
    """What each of these images came to: the id of its answer, or the type of its fault."""
    images = [Image.of_line(Task(name, "https://example.com/")) for name in names]
    persist(images, lambda image, call: answer(image.id, call), deadline)
    outcomes = [image.outcome for image in images]
    return [outcome.result.id if isinstance(outcome, Classification) else type(outcome) for outcome in outcomes]


def test_who_fails_is_asked_again_and_alone() -> None:
    asked: Counter[str] = Counter()

    def answer(name: str, _: Deadline) -> Classification:
        asked[name] += 1
        if (name == "twice" and asked[name] < 3) or name == "never":
            raise SourceUnavailableError("away")
        if name == "bug":
            raise ZeroDivisionError
        if name == "model":
            raise ModelError("gone")
        return answered(name)

    names = ["a", "twice", "never", "bug", "b", "model"]
    assert met(names, answer, Deadline(10)) == [
        "a",
        "twice",
        SourceUnavailableError,
        ZeroDivisionError,
        "b",
        ModelError,
    ]
    assert asked == {"a": 1, "twice": 3, "never": ATTEMPTS, "bug": 1, "b": 1, "model": ATTEMPTS}


def test_a_model_that_recovers_answers_after_all_and_one_that_was_all_there_is_is_raised() -> None:
    asked: Counter[str] = Counter()

    def answer(name: str, _: Deadline) -> Classification:
        asked[name] += 1
        if asked[name] < 3 or name == "never":
            raise ModelError("gone")
        return answered(name)

    assert met(["twice", "never"], answer, Deadline(10)) == ["twice", ModelError]
    with pytest.raises(ModelError, match="gone"):
        met(["never"], answer, Deadline(10))


def test_each_attempt_is_a_call_of_its_own() -> None:
    began: list[float] = []

    def answer(_: str, call: Deadline) -> Classification:
        began.append(call.started_at)
        raise SourceUnavailableError("away")

    met(["a", "b"], answer, Deadline(10))
    assert len(began) == 2 * ATTEMPTS
    assert len(set(began)) == ATTEMPTS


def test_it_ends_when_its_time_does() -> None:
    def answer(name: str, _: Deadline) -> Classification:
        if name == "slow":
            time.sleep(1)
        if name == "away":
            raise SourceUnavailableError("away")
        return answered(name)

    started = time.monotonic()
    outcomes = met(["a", "slow", "away"], answer, Deadline(0.2))
    assert time.monotonic() - started < 0.8
    assert outcomes == ["a", OutOfTimeError, SourceUnavailableError]


def test_a_pause_that_would_outlast_the_time_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(_: str, __: Deadline) -> Classification:
        raise SourceUnavailableError("away")

    monkeypatch.setattr(SystemRandom, "uniform", lambda _, low, high: max(low, high))
    started = time.monotonic()
    assert met(["away"], answer, Deadline(0.5)) == [SourceUnavailableError]
    assert time.monotonic() - started < 0.4


def test_nothing_asked_is_nothing_answered() -> None:
    assert met([], lambda name, _: answered(name), Deadline(1)) == []
