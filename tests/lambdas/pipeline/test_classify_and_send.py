"""Many images at the same time: which results are sent, which messages return, and when it ends."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from inference.classify import Classification
from inference.deadline import Deadline
from inference.errors import Code, OutOfTimeError, SourceUnavailableError
from inference.messages import Prediction, Rejection
from pipeline.classify_and_send import classify_and_send
from pipeline.concurrency import CONCURRENT_IMAGES
from pipeline.outbox import NotAcceptedError, Outbox
from pipeline.sqs_event import partial_failure_response
from telemetry.work_item import WorkItem


class RecordingOutbox(Outbox):
    """Accepts all results except those of `refused`, and records the ids of each call."""

    def __init__(self, refused: tuple[str, ...] = ()) -> None:
        self.calls: list[list[str]] = []
        self.refused = refused

    def send(self, results: Any) -> list[NotAcceptedError | None]:
        self.calls.append([result.id for result, _ in results])
        return [NotAcceptedError("no") if result.id in self.refused else None for result, _ in results]

    def ids(self) -> list[str]:
        return sorted(id_ for call in self.calls for id_ in call)


def make_items(count: int, receives: Callable[[int], int] = lambda _: 1) -> list[WorkItem]:
    return [
        WorkItem.from_record(
            {"messageId": f"m{number}", "attributes": {"ApproximateReceiveCount": str(receives(number))}}
        )
        for number in range(count)
    ]


def get_outcomes(items: list[WorkItem], classify: Any, outbox: Outbox, deadline: Deadline) -> list[Any]:
    classify_and_send(items, classify, outbox, deadline)
    return [item.outcome for item in items]


def reject(item: WorkItem, _: Deadline) -> Classification:
    return Classification(Rejection(item.id, None, Code.BAD_TASK, "No."))


def result_ids(outcomes: list[Any]) -> list[str | None]:
    return [outcome.result.id if isinstance(outcome, Classification) else None for outcome in outcomes]


def test_every_result_is_sent_and_belongs_to_its_item() -> None:
    outbox = RecordingOutbox()
    outcomes = get_outcomes(make_items(25), reject, outbox, Deadline(10))
    assert result_ids(outcomes) == [f"m{number}" for number in range(25)]
    assert outbox.ids() == sorted(f"m{number}" for number in range(25))
    assert max(map(len, outbox.calls)) == 10


def test_no_items_send_nothing() -> None:
    outbox = RecordingOutbox()
    assert get_outcomes([], reject, outbox, Deadline(10)) == []
    assert outbox.ids() == []


def test_exception_fails_only_its_own_item() -> None:
    def classify(item: WorkItem, deadline: Deadline) -> Classification:
        match item.id:
            case "m1":
                raise SourceUnavailableError("away")
            case "m2":
                raise ZeroDivisionError
            case "m3":
                raise SystemExit(1)
        return reject(item, deadline)

    items = make_items(5)
    outcomes = get_outcomes(items, classify, RecordingOutbox(), Deadline(10))
    assert result_ids(outcomes) == ["m0", None, None, None, "m4"]
    assert [type(outcome) for outcome in outcomes[1:4]] == [SourceUnavailableError, ZeroDivisionError, SystemExit]
    assert partial_failure_response(items) == {
        "batchItemFailures": [{"itemIdentifier": id_} for id_ in ("m1", "m2", "m3")]
    }


def test_result_not_accepted_fails_its_item() -> None:
    outcomes = get_outcomes(make_items(3), reject, RecordingOutbox(refused=("m1",)), Deadline(10))
    assert result_ids(outcomes) == ["m0", None, "m2"]
    assert isinstance(outcomes[1], NotAcceptedError)


def test_items_run_concurrently() -> None:
    def classify(item: WorkItem, deadline: Deadline) -> Classification:
        time.sleep(0.1)
        return reject(item, deadline)

    started = time.monotonic()
    get_outcomes(make_items(CONCURRENT_IMAGES), classify, RecordingOutbox(), Deadline(10))
    assert time.monotonic() - started < 0.1 * CONCURRENT_IMAGES / 2


def test_deadline_sends_finished_results_and_fails_late_items() -> None:
    def classify(item: WorkItem, deadline: Deadline) -> Classification:
        if item.id == "m1":
            time.sleep(1)
        return reject(item, deadline)

    outbox = RecordingOutbox()
    started = time.monotonic()
    outcomes = get_outcomes(make_items(3), classify, outbox, Deadline(0.2))
    assert time.monotonic() - started < 0.8
    assert result_ids(outcomes) == ["m0", None, "m2"]
    assert isinstance(outcomes[1], OutOfTimeError)
    assert outbox.ids() == ["m0", "m2"]


def test_items_received_most_often_start_first() -> None:
    order: list[str] = []

    def classify(item: WorkItem, deadline: Deadline) -> Classification:
        order.append(item.id)
        time.sleep(0.02)
        return reject(item, deadline)

    items = make_items(30, receives=lambda number: 4 if number >= 20 else 1)
    get_outcomes(items, classify, RecordingOutbox(), Deadline(10))
    assert sorted(order[:10]) == sorted(f"m{number}" for number in range(20, 30))


@pytest.mark.parametrize("seconds", [0.0, -5.0])
def test_without_time_every_item_fails(seconds: float) -> None:
    def classify(item: WorkItem, _: Deadline) -> Classification:
        time.sleep(0.05)
        return Classification(Prediction(item.id, "", (), "", "", 0))

    assert result_ids(get_outcomes(make_items(4), classify, RecordingOutbox(), Deadline(seconds))) == [None] * 4
