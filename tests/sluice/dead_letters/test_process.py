"""Replaying and dropping loses no letter and doubles none, also after failures."""

import io
import json
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sluice.dead_letters.actions import Drop, Replay
from sluice.dead_letters.failures import Failure
from sluice.dead_letters.letter import DeadLetter
from sluice.dead_letters.process import Result, process
from sluice.interrupts import Deferred
from tests.sluice.dead_letters.conftest import BODIES, Queues

TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


def replay(queues: Queues, ids: Sequence[str], rate: float | None = None) -> Result:
    action = Replay(queues.sqs, queues.images)
    return process(queues.sqs, queues.dead_letters, ids, action, Deferred(), rate)


def task_bodies(count: int) -> list[str]:
    return [json.dumps({"id": f"n{n:03}", "url": f"https://example.org/{n}.png"}) for n in range(count)]


def test_replay_moves_only_the_chosen_letters(queues: Queues) -> None:
    bodies = task_bodies(25)
    ids = queues.add_dead_letters(*bodies)
    result = replay(queues, ids[:15])
    assert sorted(result.done) == [f"n{n:03}" for n in range(15)]
    assert result.refused == {}
    assert result.undeleted == {}
    assert result.missing == 0
    assert result.interrupted is False
    assert result.error is None
    assert queues.visible_bodies(queues.images) == bodies[:15]
    assert queues.visible_bodies(queues.dead_letters) == bodies[15:]


def test_replay_keeps_id_trace_and_attributes(queues: Queues) -> None:
    sender = {"DataType": "String", "StringValue": "the shop"}
    (id_,) = queues.add_dead_letters(
        "https://example.org/cat.jpg",
        MessageAttributes={"sender": sender},
        MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}},
    )
    replay(queues, [id_])
    (message,) = queues.receive(queues.images)
    assert json.loads(message["Body"]) == {"url": "https://example.org/cat.jpg", "id": id_}
    assert message["MessageAttributes"]["sender"] == sender
    assert message["MessageAttributes"]["replays"]["StringValue"] == "1"
    assert message["Attributes"]["AWSTraceHeader"] == TRACE
    letter = DeadLetter.from_sqs(message)
    assert letter.task_id == id_
    assert letter.replays == 1
    assert letter.trace_id == "1-5759e988-bd862e3fe1be46a994272793"


def test_replay_refused_by_sqs_stays_in_queue(queues: Queues) -> None:
    """The images queue accepts messages of up to 1,024 bytes, so that one of four is refused."""
    small = queues.sqs.create_queue(QueueName=f"{queues.worker}-small", Attributes={"MaximumMessageSize": "1024"})
    large = json.dumps({"id": "large", "url": "https://example.org/" + "x" * 2000})
    ids = queues.add_dead_letters(*task_bodies(3), large)
    action = Replay(queues.sqs, small["QueueUrl"])
    result = process(queues.sqs, queues.dead_letters, ids, action, Deferred())
    assert len(result.done) == 3
    assert list(result.refused) == ["large"]
    assert queues.visible_bodies(queues.dead_letters) == [large]


def test_replay_to_missing_queue_loses_nothing(queues: Queues) -> None:
    bodies = task_bodies(12)
    ids = queues.add_dead_letters(*bodies)
    action = Replay(queues.sqs, f"{queues.images}-gone")
    result = process(queues.sqs, queues.dead_letters, ids, action, Deferred())
    assert result.error
    assert result.done == []
    assert result.missing == 12
    assert queues.visible_bodies(queues.dead_letters) == bodies


def test_replay_large_letters_use_small_batches(queues: Queues) -> None:
    bodies = (json.dumps({"id": f"{n}", "url": "https://example.org/" + "x" * 100_000}) for n in range(5))
    ids = queues.add_dead_letters(*bodies)
    batch_sizes: list[int] = []

    def action(letters: Sequence[DeadLetter]) -> Mapping[str, str]:
        batch_sizes.append(len(letters))
        return Replay(queues.sqs, queues.images)(letters)

    assert len(process(queues.sqs, queues.dead_letters, ids, action, Deferred()).done) == 5
    assert max(batch_sizes) == 2


def test_replay_respects_the_rate(queues: Queues) -> None:
    ids = queues.add_dead_letters(*task_bodies(7))
    start = monotonic()
    replay(queues, ids, rate=5)
    assert monotonic() - start >= 1  # five, a pause of a second, two


def test_replay_counts_deleted_letters_as_missing(queues: Queues) -> None:
    ids = queues.add_dead_letters(*task_bodies(2))
    assert replay(queues, [*ids, "gone"]).missing == 1


class FailingSqs:
    """The queue's client, which does not delete the first message of the first calls."""

    def __init__(self, sqs: Any, failures: int) -> None:
        self._sqs, self._failures = sqs, failures

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sqs, name)

    def delete_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> Any:  # noqa: N803 - boto3's
        if not self._failures:
            return self._sqs.delete_message_batch(QueueUrl=QueueUrl, Entries=Entries)
        self._failures -= 1
        first, *others = Entries
        deleted = self._sqs.delete_message_batch(QueueUrl=QueueUrl, Entries=others)["Successful"] if others else []
        return {"Successful": deleted, "Failed": [{"Id": first["Id"], "Code": "InternalError", "Message": "Not now."}]}


@pytest.mark.parametrize(("failures", "undeleted"), [(1, []), (2, []), (3, ["n0"])])
def test_replay_retries_failed_deletions(queues: Queues, failures: int, undeleted: list[str]) -> None:
    ids = queues.add_dead_letters(*BODIES)
    sqs = FailingSqs(queues.sqs, failures)
    result = process(sqs, queues.dead_letters, ids, Replay(sqs, queues.images), Deferred())
    assert sorted(result.done) == ["n0", "n1", "n2"]
    assert result.undeleted == dict.fromkeys(undeleted, "Not now.")
    assert sorted(result.deleted) == sorted({"n0", "n1", "n2"} - set(undeleted))
    assert len(queues.visible_bodies(queues.dead_letters)) == len(undeleted)
    assert len(queues.visible_bodies(queues.images)) == 3


def test_replay_stops_when_deletion_fails_whole(queues: Queues) -> None:
    class ForbiddenSqs(FailingSqs):
        def delete_message_batch(self, *_: Any, **__: Any) -> Any:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "No."}}, "DeleteMessageBatch")

    ids = queues.add_dead_letters(*task_bodies(15))
    sqs = ForbiddenSqs(queues.sqs, 0)
    result = process(sqs, queues.dead_letters, ids, Replay(queues.sqs, queues.images), Deferred())
    assert len(result.done) == len(result.undeleted) == 10
    assert result.missing == 5
    assert result.error is not None
    assert "may not call DeleteMessageBatch" in result.error
    assert len(queues.visible_bodies(queues.dead_letters)) == 15


@pytest.fixture
def default_sighup() -> Iterator[None]:
    """SIGHUP has its default action, although these tests may run under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupt_finishes_current_batch(
    number: signal.Signals,
    queues: Queues,
    default_sighup: None,  # noqa: ARG001
) -> None:
    bodies = task_bodies(30)
    ids = queues.add_dead_letters(*bodies)

    def action(letters: Sequence[DeadLetter]) -> Mapping[str, str]:
        refused = Replay(queues.sqs, queues.images)(letters)
        os.kill(os.getpid(), number)  # between sending and deleting
        return refused

    before = signal.getsignal(number)
    with Deferred() as interrupts:
        result = process(queues.sqs, queues.dead_letters, ids, action, interrupts)
    assert result.interrupted is True
    assert len(result.done) == 10
    assert result.missing == 20
    sent, left = queues.visible_bodies(queues.images), queues.visible_bodies(queues.dead_letters)
    assert len(sent) == 10
    assert len(left) == 20
    assert sorted([*sent, *left]) == bodies
    assert signal.getsignal(number) is before


def test_interrupt_sighup_is_ignored_under_nohup() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Deferred() as interrupts:
            signal.raise_signal(signal.SIGHUP)
            assert not interrupts.requested
    finally:
        signal.signal(signal.SIGHUP, before)


def test_interrupt_is_not_requested_without_signal() -> None:
    with Deferred() as interrupts:
        interrupts.wait(0.01)
        assert not interrupts.requested


def test_drop_writes_letter_before_deleting_it(queues: Queues) -> None:
    (id_,) = queues.add_dead_letters('{"id": "a", "url": "https://example.org/a.png"}')
    file = io.StringIO()
    failure = Failure("source_unavailable", "The host answered 503.", "digits@0123456789ab")
    result = process(queues.sqs, queues.dead_letters, [id_], Drop(file, {id_: failure}), Deferred())
    assert result.deleted == ["a"]
    (line,) = map(json.loads, file.getvalue().splitlines())
    assert line["body"] == '{"id": "a", "url": "https://example.org/a.png"}'
    assert line["id"] == "a"
    assert line["message_id"] == id_
    assert line["code"] == "source_unavailable"
    assert queues.visible_bodies(queues.dead_letters) == []


def test_drop_to_full_disk_deletes_nothing(queues: Queues) -> None:
    bodies = task_bodies(3)
    ids = queues.add_dead_letters(*bodies)
    with suppress(OSError), Path("/dev/full").open("w") as full:  # closing it raises again
        result = process(queues.sqs, queues.dead_letters, ids, Drop(full, {}), Deferred())
    assert result.error
    assert queues.visible_bodies(queues.dead_letters) == bodies
