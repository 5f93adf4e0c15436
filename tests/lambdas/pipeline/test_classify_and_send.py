"""Many images at once: what is sent, what comes again, and when it ends."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from inference.classify import Classification
from inference.deadline import Deadline
from inference.errors import Code, OutOfTimeError, SourceUnavailableError
from inference.messages import Prediction, Rejection
from pipeline.classify_and_send import carry
from pipeline.concurrency import CONCURRENT_IMAGES
from pipeline.outbox import NotAcceptedError, Outbox
from pipeline.work_item import Image


class Results(Outbox):
    """Accepts all results but those of `refused`, and keeps what it was sent."""

    def __init__(self, refused: tuple[str, ...] = ()) -> None:
        self.sent: list[list[str]] = []
        self.refused = refused

    def send(self, results: Any) -> list[NotAcceptedError | None]:
        self.sent.append([result.id for result, _ in results])
        return [NotAcceptedError("no") if result.id in self.refused else None for result, _ in results]

    def ids(self) -> list[str]:
        return sorted(id_ for call in self.sent for id_ in call)


def images(count: int, receives: Callable[[int], int] = lambda _: 1) -> list[Image]:
    return [
        Image.of_message({"messageId": f"m{number}", "attributes": {"ApproximateReceiveCount": str(receives(number))}})
        for number in range(count)
    ]


def carried(asked: list[Image], answer: Any, outbox: Outbox, deadline: Deadline) -> list[Any]:
    """The outcome of each image."""
    carry(asked, answer, outbox, deadline)
    return [image.outcome for image in asked]


def answered(image: Image, _: Deadline) -> Classification:
    return Classification(Rejection(image.id, None, Code.BAD_TASK, "No."))


def ids(outcomes: list[Any]) -> list[str | None]:
    return [outcome.result.id if isinstance(outcome, Classification) else None for outcome in outcomes]


def test_each_answer_belongs_to_its_image() -> None:
    outbox = Results()
    outcomes = carried(images(25), answered, outbox, Deadline(10))
    assert ids(outcomes) == [f"m{number}" for number in range(25)]
    assert outbox.ids() == sorted(f"m{number}" for number in range(25))
    assert max(map(len, outbox.sent)) == 10


def test_no_images_send_nothing() -> None:
    outbox = Results()
    assert carried([], answered, outbox, Deadline(10)) == []
    assert outbox.ids() == []


def test_only_the_image_that_raised_comes_again() -> None:
    def answer(image: Image, deadline: Deadline) -> Classification:
        match image.id:
            case "m1":
                raise SourceUnavailableError("away")
            case "m2":
                raise ZeroDivisionError
            case "m3":
                raise SystemExit(1)
        return answered(image, deadline)

    outcomes = carried(images(5), answer, Results(), Deadline(10))
    assert ids(outcomes) == ["m0", None, None, None, "m4"]
    assert [type(outcome) for outcome in outcomes[1:4]] == [SourceUnavailableError, ZeroDivisionError, SystemExit]


def test_a_result_that_was_not_accepted_comes_again() -> None:
    outcomes = carried(images(3), answered, Results(refused=("m1",)), Deadline(10))
    assert ids(outcomes) == ["m0", None, "m2"]
    assert isinstance(outcomes[1], NotAcceptedError)


def test_they_run_at_once() -> None:
    def slow(image: Image, deadline: Deadline) -> Classification:
        time.sleep(0.1)
        return answered(image, deadline)

    started = time.monotonic()
    carried(images(CONCURRENT_IMAGES), slow, Results(), Deadline(10))
    assert time.monotonic() - started < 0.1 * CONCURRENT_IMAGES / 2


def test_it_ends_at_the_deadline_and_sends_what_is_done() -> None:
    def answer(image: Image, deadline: Deadline) -> Classification:
        if image.id == "m1":
            time.sleep(1)
        return answered(image, deadline)

    outbox = Results()
    started = time.monotonic()
    outcomes = carried(images(3), answer, outbox, Deadline(0.2))
    assert time.monotonic() - started < 0.8
    assert ids(outcomes) == ["m0", None, "m2"]
    assert isinstance(outcomes[1], OutOfTimeError)
    assert outbox.ids() == ["m0", "m2"]


def test_those_received_most_often_go_first() -> None:
    order: list[str] = []

    def answer(image: Image, deadline: Deadline) -> Classification:
        order.append(image.id)
        time.sleep(0.02)
        return answered(image, deadline)

    carried(images(30, receives=lambda number: 4 if number >= 20 else 1), answer, Results(), Deadline(10))
    assert sorted(order[:10]) == sorted(f"m{number}" for number in range(20, 30))


@pytest.mark.parametrize("seconds", [0.0, -5.0])
def test_without_time_everything_comes_again(seconds: float) -> None:
    def answer(image: Image, _: Deadline) -> Classification:
        time.sleep(0.05)
        return Classification(Prediction(image.id, "", (), "", "", 0))

    assert ids(carried(images(4), answer, Results(), Deadline(seconds))) == [None] * 4
