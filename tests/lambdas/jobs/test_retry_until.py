"""Many images in one call, with retries after transient errors."""

import time
from collections import Counter
from collections.abc import Callable
from random import SystemRandom

import pytest

from inference.classify import Classification
from inference.deadline import Deadline
from inference.errors import Code, ModelError, OutOfTimeError, SourceUnavailableError
from inference.messages import Rejection, Task
from jobs.retry_until import ATTEMPTS, retry_until
from telemetry.work_item import WorkItem


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SystemRandom, "uniform", lambda _, low, high: low + (high - low) / 100)


def reject(name: str) -> Classification:
    return Classification(Rejection(name, None, Code.BAD_TASK, "No."))


def get_outcomes(
    names: list[str], classify: Callable[[str, Deadline], Classification], deadline: Deadline
) -> list[str | type]:
    """Return the id of the result or the type of the error of each image."""
    items = [WorkItem.from_task(Task(name, "https://example.com/")) for name in names]
    retry_until(items, lambda item, attempt: classify(item.id, attempt), deadline)
    outcomes = [item.outcome for item in items]
    return [outcome.result.id if isinstance(outcome, Classification) else type(outcome) for outcome in outcomes]


def test_only_failed_images_are_retried() -> None:
    calls: Counter[str] = Counter()

    def classify(name: str, _: Deadline) -> Classification:
        calls[name] += 1
        if (name == "twice" and calls[name] < 3) or name == "never":
            raise SourceUnavailableError("away")
        if name == "bug":
            raise ZeroDivisionError
        if name == "model":
            raise ModelError("gone")
        return reject(name)

    names = ["a", "twice", "never", "bug", "b", "model"]
    assert get_outcomes(names, classify, Deadline(10)) == [
        "a",
        "twice",
        SourceUnavailableError,
        ZeroDivisionError,
        "b",
        ModelError,
    ]
    assert calls == {"a": 1, "twice": 3, "never": ATTEMPTS, "bug": 1, "b": 1, "model": ATTEMPTS}


def test_model_error_of_all_images_is_raised() -> None:
    calls: Counter[str] = Counter()

    def classify(name: str, _: Deadline) -> Classification:
        calls[name] += 1
        if calls[name] < 3 or name == "never":
            raise ModelError("gone")
        return reject(name)

    assert get_outcomes(["twice", "never"], classify, Deadline(10)) == ["twice", ModelError]
    with pytest.raises(ModelError, match="gone"):
        get_outcomes(["never"], classify, Deadline(10))


def test_each_attempt_has_its_own_deadline() -> None:
    started: list[float] = []

    def classify(_: str, attempt: Deadline) -> Classification:
        started.append(attempt.started_at)
        raise SourceUnavailableError("away")

    get_outcomes(["a", "b"], classify, Deadline(10))
    assert len(started) == 2 * ATTEMPTS
    assert len(set(started)) == ATTEMPTS


def test_retries_end_at_the_deadline() -> None:
    def classify(name: str, _: Deadline) -> Classification:
        if name == "slow":
            time.sleep(1)
        if name == "away":
            raise SourceUnavailableError("away")
        return reject(name)

    started = time.monotonic()
    outcomes = get_outcomes(["a", "slow", "away"], classify, Deadline(0.2))
    assert time.monotonic() - started < 0.8
    assert outcomes == ["a", OutOfTimeError, SourceUnavailableError]


def test_pause_beyond_the_deadline_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    def classify(_: str, __: Deadline) -> Classification:
        raise SourceUnavailableError("away")

    monkeypatch.setattr(SystemRandom, "uniform", lambda _, low, high: max(low, high))
    started = time.monotonic()
    assert get_outcomes(["away"], classify, Deadline(0.5)) == [SourceUnavailableError]
    assert time.monotonic() - started < 0.4


def test_no_images_have_no_outcomes() -> None:
    assert get_outcomes([], lambda name, _: reject(name), Deadline(1)) == []
