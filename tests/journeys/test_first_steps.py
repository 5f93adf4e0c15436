"""The first steps: what goes into one queue comes out of another, or is found in the log."""

from concurrent.futures import Future
from time import monotonic, sleep

import boto3

from ops import queues
from tests.harness import Root


def test_a_message_sent_to_one_queue_comes_out_of_another(applied: dict[str, Future[Root]]) -> None:
    outputs = applied["relay"].result().outputs()
    sqs = boto3.client("sqs")
    sent = [f"message {n}" for n in range(25)]
    assert sum(queues.send(sqs, outputs["inbox"], sent)) == 25
    received: list[str] = []
    end = monotonic() + 60
    while len(received) < 25 and monotonic() < end:
        received += queues.take(sqs, outputs["outbox"])
    assert sorted(received) == sorted(sent)


def test_a_message_is_found_in_the_log(applied: dict[str, Future[Root]]) -> None:
    outputs = applied["log"].result().outputs()
    assert sum(queues.send(boto3.client("sqs"), outputs["inbox"], ["hello, queue"])) == 1
    end = monotonic() + 60
    found = False
    while not found and monotonic() < end:
        events = boto3.client("logs").filter_log_events(logGroupName=outputs["logs"])["events"]
        found = any("hello, queue" in event["message"] for event in events)
        sleep(0.5)
    assert found


def test_a_second_plan_changes_nothing(applied: dict[str, Future[Root]]) -> None:
    for name in ("relay", "log"):
        plan = applied[name].result().plan()
        assert plan.empty, plan.text
