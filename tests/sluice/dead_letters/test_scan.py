"""Reading dead letters leaves the queue as it was, and says when it may not have met all."""

import json
import os
import signal
import subprocess
import sys
from time import time
from typing import Any

import pytest

from sluice.dead_letters import scan
from sluice.dead_letters.scan import Scan
from sluice.errors import SluiceError
from tests.sluice.dead_letters.conftest import Graveyard


def test_all_are_listed_once_and_are_there_at_once_again(yard: Graveyard) -> None:
    bodies = sorted(f"https://example.org/{n}.png" for n in range(23))
    yard.bury(*bodies)
    for _ in range(2):
        found = yard.listed()
        assert sorted(each.letter.body for each in found.letters) == bodies
        assert not found.warnings
    assert yard.bodies(yard.dead) == bodies


def test_what_others_hold_is_told(yard: Graveyard) -> None:
    yard.bury(*(f"https://example.org/{n}.png" for n in range(12)))
    assert len(yard.received(yard.dead)) == 10
    found = yard.listed()
    assert len(found.letters) == 2
    assert found.warnings == [
        "About 10 more are hidden by another command, or by one that was killed: try again in 2 minutes."
    ]


def test_a_reader_that_is_killed_leaves_everything(yard: Graveyard) -> None:
    """The visibility time-out brings back what it held: here three seconds."""
    yard.bury(*(f"https://example.org/{n}.png" for n in range(15)))
    script = f"""
import boto3, os, signal
from sluice.dead_letters import scan
scan.HIDDEN_SECONDS = 3
with scan.Scan(boto3.client("sqs"), {yard.dead!r}) as reading:
    for letters in reading.batches():
        os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": ".:lambdas"}, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(yard.bodies(yard.dead)) == 5
    left = yard.sqs.receive_message(QueueUrl=yard.dead, MaxNumberOfMessages=10, WaitTimeSeconds=10)["Messages"]
    assert len(left) == 10


def test_a_long_reading_meets_the_first_letters_twice_and_counts_them_once(
    yard: Graveyard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "HIDDEN_SECONDS", 0)
    yard.bury(*(f"https://example.org/{n}.png" for n in range(10)))
    assert len(yard.listed().letters) == 10


def test_a_queue_that_gives_messages_up_is_not_read(yard: Graveyard) -> None:
    further = yard.sqs.create_queue(QueueName=f"{yard.worker}-further")["QueueUrl"]
    arn = yard.sqs.get_queue_attributes(QueueUrl=further, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    yard.sqs.set_queue_attributes(QueueUrl=yard.dead, Attributes={"RedrivePolicy": redrive})
    with pytest.raises(SluiceError, match="Remove the redrive policy first"), Scan(yard.sqs, yard.dead):
        pass


def test_code_reason_and_model_are_those_of_the_last_attempt(yard: Graveyard) -> None:
    told, untold = yard.bury('{"id": "a", "url": "https://example.org/a.png"}', '{"url": "b", "model": "pets"}')
    failed = {"message": "Retry scheduled", "message_id": told, "id": "a", "model": "digits@0123456789ab"}
    yard.log(**failed, code="not_accepted", reason="It was refused.", receives=1)
    yard.log(**failed, code="source_unavailable", reason="The host answered 503.", receives=2)
    yard.log(message="Retry scheduled", message_id="of another", code="unexpected")
    first, second = (each.failure for each in sorted(yard.listed().letters, key=lambda each: each.letter.body))
    assert (first.code, first.reason, first.model) == (
        "source_unavailable", "The host answered 503.", "digits@0123456789ab",
    )  # fmt: skip
    assert (second.code, second.reason, second.model) == ("unknown", "", "pets")
    assert untold


def test_without_a_log_the_code_is_unknown(yard: Graveyard) -> None:
    yard.bury("https://example.org/a.png")
    yard.logs.delete_log_group(logGroupName=f"/aws/lambda/{yard.worker}")
    (only,) = yard.listed().letters
    assert only.failure.code == "unknown"


def test_filters(yard: Graveyard) -> None:
    a, _ = yard.bury(
        '{"id": "a", "url": "https://example.org/a.png"}', '{"id": "b", "url": "https://example.org/b.png"}'
    )
    yard.log(message="Returned to queue", message_id=a, code="out_of_time", reason="Late.", model="pets@0123456789ab")

    def ids(**wanted: Any) -> list[str]:
        return sorted(each.letter.task_id for each in yard.listed(**wanted).letters)

    assert ids(code="out_of_time") == ["a"]
    assert ids(code="unknown") == ["b"]
    assert ids(model="pets") == ids(model="pets@0123") == ["a"]
    assert ids(model="pet") == ids(model="pets@9") == []
    assert ids(ids=(a, "b")) == ["a", "b"]
    assert ids(older=3600) == ids(newer=0.0) == []
    assert ids(newer=3600) == ["a", "b"]


def test_the_limit_takes_the_oldest_and_says_what_is_left(yard: Graveyard) -> None:
    yard.bury(*(f"https://example.org/{n}.png" for n in range(3)))
    found = yard.listed(limit=2)
    assert (len(found.letters), found.omitted) == (2, 1)
    assert found.letters[0].letter.sent <= found.letters[1].letter.sent <= time()
