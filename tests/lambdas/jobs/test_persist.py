"""Many in one call, and again those that met a transient fault."""

import time
from collections import Counter

import pytest

from inference.classify import Answer
from inference.deadline import Deadline
from inference.faults import Code, ModelFault, OutOfTime, SourceUnavailable
from inference.messages import Rejection
from jobs.persist import ATTEMPTS, persist


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: low + (high - low) / 100)


def answered(name: str) -> Answer:
    return Answer(Rejection(name, None, Code.BAD_TASK, "No."))


def ids(outcomes: list[Answer | BaseException]) -> list[str | type]:
    return [outcome.result.id if isinstance(outcome, Answer) else type(outcome) for outcome in outcomes]


def test_who_fails_is_asked_again_and_alone() -> None:
    asked: Counter[str] = Counter()

    def answer(name: str, _: Deadline) -> Answer:
        asked[name] += 1
        if (name == "twice" and asked[name] < 3) or name == "never":
            raise SourceUnavailable("away")
        if name == "bug":
            raise ZeroDivisionError
        if name == "model":
            raise ModelFault("gone")
        return answered(name)

    names = ["a", "twice", "never", "bug", "b", "model"]
    assert ids(persist(names, answer, Deadline(10))) == [
        "a",
        "twice",
        SourceUnavailable,
        ZeroDivisionError,
        "b",
        ModelFault,
    ]
    assert asked == {"a": 1, "twice": 3, "never": ATTEMPTS, "bug": 1, "b": 1, "model": 1}


def test_it_ends_when_its_time_does() -> None:
    def answer(name: str, _: Deadline) -> Answer:
        if name == "slow":
            time.sleep(1)
        if name == "away":
            raise SourceUnavailable("away")
        return answered(name)

    started = time.monotonic()
    outcomes = persist(["a", "slow", "away"], answer, Deadline(0.2))
    assert time.monotonic() - started < 0.8
    assert ids(outcomes) == ["a", OutOfTime, SourceUnavailable]


def test_a_pause_that_would_outlast_the_time_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(_: str, __: Deadline) -> Answer:
        raise SourceUnavailable("away")

    monkeypatch.setattr("random.uniform", max)
    started = time.monotonic()
    assert ids(persist(["away"], answer, Deadline(0.5))) == [SourceUnavailable]
    assert time.monotonic() - started < 0.4


def test_nothing_asked_is_nothing_answered() -> None:
    assert persist([], lambda name, _: answered(name), Deadline(1)) == []
