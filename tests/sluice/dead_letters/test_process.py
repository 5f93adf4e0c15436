"""Replaying and dropping: nothing is lost, nothing is doubled, whatever happens on the way."""

import io
import json
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic

import pytest

from sluice.dead_letters.actions import Drop, Replay
from sluice.dead_letters.failures import Failure
from sluice.dead_letters.letter import DeadLetter
from sluice.dead_letters.process import Result, process
from sluice.interrupts import Deferred
from sluice.sqs.messages import Message
from tests.sluice.dead_letters.conftest import Graveyard

TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


def replay(yard: Graveyard, names: Sequence[str], rate: float | None = None) -> Result:
    return process(yard.sqs, yard.dead, names, Replay(yard.sqs, yard.images), Deferred(), rate)


def addresses(many: int) -> list[str]:
    return [json.dumps({"id": f"n{n:03}", "url": f"https://example.org/{n}.png"}) for n in range(many)]


def test_the_chosen_ones_move_and_the_others_stay(yard: Graveyard) -> None:
    bodies = addresses(25)
    names = yard.bury(*bodies)
    settled = replay(yard, names[:15])
    assert sorted(settled.done) == [f"n{n:03}" for n in range(15)]
    assert (settled.refused, settled.undeleted, settled.missing, settled.interrupted, settled.error) == (
        {},
        {},
        0,
        False,
        None,
    )
    assert yard.bodies(yard.images) == bodies[:15]
    assert yard.bodies(yard.dead) == bodies[15:]


def test_a_replay_keeps_id_trace_and_attributes_and_counts(yard: Graveyard) -> None:
    sender = {"DataType": "String", "StringValue": "the shop"}
    (name,) = yard.bury(
        "https://example.org/cat.jpg",
        MessageAttributes={"sender": sender},
        MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}},
    )
    replay(yard, [name])
    (sent,) = yard.received(yard.images)
    assert json.loads(sent["Body"]) == {"url": "https://example.org/cat.jpg", "id": name}
    assert sent["MessageAttributes"]["sender"] == sender
    assert sent["MessageAttributes"]["replays"]["StringValue"] == "1"
    assert sent["Attributes"]["AWSTraceHeader"] == TRACE
    letter = DeadLetter(**vars(Message.from_sqs(sent)))
    assert (letter.task_id, letter.replays, letter.trace_id) == (name, 1, "1-5759e988-bd862e3fe1be46a994272793")


def test_what_the_queue_refuses_stays_and_is_named(yard: Graveyard) -> None:
    """Of a batch whose messages are good but one: the images queue here takes no more than 1,024 bytes."""
    small = yard.sqs.create_queue(QueueName=f"{yard.worker}-small", Attributes={"MaximumMessageSize": "1024"})
    large = json.dumps({"id": "large", "url": "https://example.org/" + "x" * 2000})
    names = yard.bury(*addresses(3), large)
    settled = process(yard.sqs, yard.dead, names, Replay(yard.sqs, small["QueueUrl"]), Deferred())
    assert len(settled.done) == 3
    assert list(settled.refused) == ["large"]
    assert yard.bodies(yard.dead) == [large]


def test_a_queue_that_is_away_loses_nothing(yard: Graveyard) -> None:
    bodies = addresses(12)
    names = yard.bury(*bodies)
    settled = process(yard.sqs, yard.dead, names, Replay(yard.sqs, f"{yard.images}-gone"), Deferred())
    assert settled.error
    assert (settled.done, settled.missing) == ([], 12)
    assert yard.bodies(yard.dead) == bodies


def test_letters_of_many_bytes_go_in_calls_of_few(yard: Graveyard) -> None:
    names = yard.bury(*(json.dumps({"id": f"{n}", "url": "https://example.org/" + "x" * 100_000}) for n in range(5)))
    calls: list[int] = []

    def act(letters: Sequence[DeadLetter]) -> Mapping[str, str]:
        calls.append(len(letters))
        return Replay(yard.sqs, yard.images)(letters)

    assert len(process(yard.sqs, yard.dead, names, act, Deferred()).done) == 5
    assert max(calls) == 2


def test_the_rate_is_kept(yard: Graveyard) -> None:
    names = yard.bury(*addresses(7))
    began = monotonic()
    replay(yard, names, rate=5)
    assert monotonic() - began >= 1  # five, a second, two more


def test_those_that_went_meanwhile_are_missing(yard: Graveyard) -> None:
    names = yard.bury(*addresses(2))
    assert replay(yard, [*names, "gone"]).missing == 1


@pytest.fixture
def heeded() -> Iterator[None]:
    """A lost terminal means something, though these tests may run under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("asking", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_who_wants_an_end_has_what_was_begun_finished_and_the_rest_left(
    asking: signal.Signals,
    yard: Graveyard,
    heeded: None,  # noqa: ARG001
) -> None:
    bodies = addresses(30)
    names = yard.bury(*bodies)

    def act(letters: Sequence[DeadLetter]) -> Mapping[str, str]:
        refused = Replay(yard.sqs, yard.images)(letters)
        os.kill(os.getpid(), asking)  # between sending and deleting
        return refused

    before = signal.getsignal(asking)
    with Deferred() as asked:
        settled = process(yard.sqs, yard.dead, names, act, asked)
    assert (settled.interrupted, len(settled.done), settled.missing) == (True, 10, 20)
    sent, left = yard.bodies(yard.images), yard.bodies(yard.dead)
    assert (len(sent), len(left)) == (10, 20)
    assert sorted([*sent, *left]) == bodies
    assert signal.getsignal(asking) is before


def test_under_nohup_a_lost_terminal_asks_for_nothing() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Deferred() as asked:
            signal.raise_signal(signal.SIGHUP)
            assert not asked.requested
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_drop_is_written_down_before_it_is_deleted(yard: Graveyard) -> None:
    (name,) = yard.bury('{"id": "a", "url": "https://example.org/a.png"}')
    file = io.StringIO()
    fate = Failure("source_unavailable", "The host answered 503.", "digits@0123456789ab")
    settled = process(yard.sqs, yard.dead, [name], Drop(file, {name: fate}), Deferred())
    assert settled.deleted == ["a"]
    (line,) = map(json.loads, file.getvalue().splitlines())
    assert line["body"] == '{"id": "a", "url": "https://example.org/a.png"}'
    assert (line["id"], line["message_id"], line["code"]) == ("a", name, "source_unavailable")
    assert yard.bodies(yard.dead) == []


def test_what_cannot_be_written_down_is_not_dropped(yard: Graveyard) -> None:
    bodies = addresses(3)
    names = yard.bury(*bodies)
    with suppress(OSError), Path("/dev/full").open("w") as full:  # which complains once more when it is closed
        settled = process(yard.sqs, yard.dead, names, Drop(full, {}), Deferred())
    assert settled.error
    assert yard.bodies(yard.dead) == bodies


def test_without_a_signal_nothing_is_asked() -> None:
    with Deferred() as asked:
        asked.wait(0.01)
        assert not asked.requested
