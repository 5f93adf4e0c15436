"""Listing dead letters leaves their queue unchanged, and warns if it may be incomplete."""

import json
import os
import signal
import subprocess
import sys
from time import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sluice.dead_letters import scan
from sluice.dead_letters.scan import Scan
from sluice.errors import SluiceError
from tests.sluice.dead_letters.conftest import Queues
from tests.support.terraform_root import PROJECT


def urls(count: int) -> list[str]:
    return sorted(f"https://example.org/{n}.png" for n in range(count))


def test_list_returns_each_letter_once_and_releases_it(queues: Queues) -> None:
    queues.add_dead_letters(*urls(23))
    for _ in range(2):
        listing = queues.list_letters()
        assert sorted(listed.letter.body for listed in listing.letters) == urls(23)
        assert not listing.warnings
    assert queues.visible_bodies(queues.dead_letters) == urls(23)


def test_list_warns_of_hidden_letters(queues: Queues) -> None:
    queues.add_dead_letters(*urls(12))
    assert len(queues.receive(queues.dead_letters)) == 10
    listing = queues.list_letters()
    assert len(listing.letters) == 2
    assert listing.warnings == [
        "About 10 more are hidden by another command, or by one that was killed: try again in 2 minutes."
    ]


def test_scan_killed_leaves_all_messages_in_queue(queues: Queues) -> None:
    """They are visible again after the visibility timeout, here three seconds."""
    queues.add_dead_letters(*urls(15))
    script = f"""
import boto3, os, signal
from sluice.dead_letters import scan
scan.HIDDEN_SECONDS = 3
with scan.Scan(boto3.client("sqs"), {queues.dead_letters!r}) as scanned:
    for letters in scanned.batches():
        os.kill(os.getpid(), signal.SIGKILL)
"""
    variables = os.environ | {"PYTHONPATH": f"{PROJECT}:{PROJECT / 'lambdas'}"}
    killed = subprocess.run([sys.executable, "-c", script], env=variables, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(queues.visible_bodies(queues.dead_letters)) == 5
    messages = queues.sqs.receive_message(QueueUrl=queues.dead_letters, MaxNumberOfMessages=10, WaitTimeSeconds=10)
    assert len(messages["Messages"]) == 10


def test_scan_counts_repeated_letters_once(queues: Queues, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "HIDDEN_SECONDS", 0)
    queues.add_dead_letters(*urls(10))
    assert len(queues.list_letters().letters) == 10


def test_scan_refuses_a_queue_with_redrive_policy(queues: Queues) -> None:
    target = queues.sqs.create_queue(QueueName=f"{queues.worker}-target")["QueueUrl"]
    arn = queues.sqs.get_queue_attributes(QueueUrl=target, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    queues.sqs.set_queue_attributes(QueueUrl=queues.dead_letters, Attributes={"RedrivePolicy": policy})
    with (
        pytest.raises(SluiceError, match="Remove the redrive policy first"),
        Scan(queues.sqs, queues.dead_letters),
    ):
        pass


def test_scan_stops_at_the_limit_of_hidden_messages(queues: Queues) -> None:
    class FullSqs:
        """The queue's client, which hides no more than ten messages, as AWS hides no more than 120,000."""

        is_full = False

        def __getattr__(self, name: str) -> Any:
            return getattr(queues.sqs, name)

        def receive_message(self, **parameters: Any) -> Any:
            if self.is_full:
                raise ClientError({"Error": {"Code": "OverLimit", "Message": "Too many."}}, "ReceiveMessage")
            self.is_full = True
            return queues.sqs.receive_message(**parameters)

    queues.add_dead_letters(*urls(15))
    with Scan(FullSqs(), queues.dead_letters) as scanned:
        assert sum(len(letters) for letters in scanned.batches()) == 10
    assert scanned.warnings == ["SQS hides at most 120,000 messages at a time, so that the rest was not read."]
    assert queues.visible_bodies(queues.dead_letters) == urls(15)


def test_list_failure_is_that_of_the_last_attempt(queues: Queues) -> None:
    logged, _ = queues.add_dead_letters(
        '{"id": "a", "url": "https://example.org/a.png"}', '{"url": "b", "model": "pets"}'
    )
    line = {"message": "Retry scheduled", "message_id": logged, "id": "a", "model": "digits@0123456789ab"}
    queues.add_log_line(**line, code="not_accepted", reason="It was refused.", receives=1)
    queues.add_log_line(**line, code="source_unavailable", reason="The host answered 503.", receives=2)
    queues.add_log_line(message="Retry scheduled", message_id="of another", code="unexpected")
    letters = sorted(queues.list_letters().letters, key=lambda listed: listed.letter.body)
    first, second = (listed.failure for listed in letters)
    assert first.code == "source_unavailable"
    assert first.reason == "The host answered 503."
    assert first.model == "digits@0123456789ab"
    assert second.code == "unknown"
    assert second.reason == ""
    assert second.model == "pets"


def test_list_without_log_group_has_unknown_codes(queues: Queues) -> None:
    queues.add_dead_letters("https://example.org/a.png")
    queues.logs.delete_log_group(logGroupName=f"/aws/lambda/{queues.worker}")
    (listed,) = queues.list_letters().letters
    assert listed.failure.code == "unknown"


def test_list_applies_filters(queues: Queues) -> None:
    a, _ = queues.add_dead_letters(
        '{"id": "a", "url": "https://example.org/a.png"}', '{"id": "b", "url": "https://example.org/b.png"}'
    )
    queues.add_log_line(
        message="Returned to queue", message_id=a, code="out_of_time", reason="Late.", model="pets@0123456789ab"
    )

    def ids(**filters: Any) -> list[str]:
        return sorted(listed.letter.task_id for listed in queues.list_letters(**filters).letters)

    assert ids(code="out_of_time") == ["a"]
    assert ids(code="unknown") == ["b"]
    assert ids(model="pets") == ids(model="pets@0123") == ["a"]
    assert ids(model="pet") == ids(model="pets@9") == []
    assert ids(ids=(a, "b")) == ["a", "b"]
    assert ids(older=3600) == ids(newer=0.0) == []
    assert ids(newer=3600) == ["a", "b"]


def test_list_limit_keeps_the_oldest(queues: Queues) -> None:
    queues.add_dead_letters(*urls(3))
    listing = queues.list_letters(limit=2)
    assert len(listing.letters) == 2
    assert listing.omitted == 1
    assert listing.letters[0].letter.sent <= listing.letters[1].letter.sent <= time()
