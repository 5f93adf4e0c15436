"""What SQS does on AWS only, laid over the real queue: its limit of hidden messages, and deletions that fail."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sluice.dead_letters.actions import Replay
from sluice.dead_letters.process import process
from sluice.dead_letters.scan import Scan
from sluice.interrupts import Deferred
from tests.sluice.dead_letters.conftest import Graveyard


class Stubborn:
    """The queue's client, but it hides no more than ten messages, or fails so many deletions."""

    def __init__(self, sqs: Any, *, full: bool = False, undeleted: int = 0) -> None:
        self._sqs, self._full, self._undeleted, self._received = sqs, full, undeleted, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sqs, name)

    def receive_message(self, **asked: Any) -> Any:
        if self._full and self._received:
            raise ClientError({"Error": {"Code": "OverLimit", "Message": "Too many."}}, "ReceiveMessage")
        self._received = True
        return self._sqs.receive_message(**asked)

    def delete_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> Any:  # noqa: N803 - boto3's
        if not self._undeleted:
            return self._sqs.delete_message_batch(QueueUrl=QueueUrl, Entries=Entries)
        self._undeleted -= 1
        first, *others = Entries
        done = self._sqs.delete_message_batch(QueueUrl=QueueUrl, Entries=others)["Successful"] if others else []
        return {"Successful": done, "Failed": [{"Id": first["Id"], "Code": "InternalError", "Message": "Not now."}]}


def test_what_is_beyond_the_limit_of_hidden_messages_is_told(yard: Graveyard) -> None:
    bodies = sorted(f"https://example.org/{n}.png" for n in range(15))
    yard.bury(*bodies)
    with Scan(Stubborn(yard.sqs, full=True), yard.dead) as reading:
        assert sum(len(letters) for letters in reading.batches()) == 10
    assert reading.warnings == ["SQS hides at most 120,000 messages at a time, so that the rest was not read."]
    assert yard.bodies(yard.dead) == bodies


@pytest.mark.parametrize(("failures", "left"), [(1, []), (2, []), (3, ["n0"])])
def test_a_deletion_that_fails_is_tried_again_and_then_told(yard: Graveyard, failures: int, left: list[str]) -> None:
    names = yard.bury(*(f'{{"id": "n{n}", "url": "https://example.org/{n}.png"}}' for n in range(3)))
    sqs = Stubborn(yard.sqs, undeleted=failures)
    settled = process(sqs, yard.dead, names, Replay(sqs, yard.images), Deferred())
    assert sorted(settled.done) == ["n0", "n1", "n2"]
    assert settled.undeleted == dict.fromkeys(left, "Not now.")
    assert sorted(settled.deleted) == sorted({"n0", "n1", "n2"} - set(left))
    assert len(yard.bodies(yard.dead)) == len(left)
    assert len(yard.bodies(yard.images)) == 3
