"""The first steps: queues and state machines at their smallest."""

import json
from concurrent.futures import Future
from time import monotonic, sleep
from typing import Any

import boto3

from localcloud import LocalCloud
from sluice.jobs import api
from sluice.sqs import messages, sending
from tests.journeys.conftest import EXAMPLES
from tests.support.terraform_root import Root


def test_a_message_sent_to_one_queue_comes_out_of_another(applied: dict[str, Future[Root]]) -> None:
    outputs = applied["relay"].result().outputs()
    sqs = boto3.client("sqs")
    sent = [f"message {n}" for n in range(25)]
    assert sum(sending.send_bodies(sqs, outputs["inbox"], sent)) == 25
    received: list[str] = []
    end = monotonic() + 60
    while len(received) < 25 and monotonic() < end:
        received += messages.take_bodies(sqs, outputs["outbox"])
    assert sorted(received) == sorted(sent)


def test_a_message_is_found_in_the_log(applied: dict[str, Future[Root]]) -> None:
    outputs = applied["log"].result().outputs()
    assert sum(sending.send_bodies(boto3.client("sqs"), outputs["inbox"], ["hello, queue"])) == 1
    end = monotonic() + 60
    found = False
    while not found and monotonic() < end:
        events = boto3.client("logs").filter_log_events(logGroupName=outputs["logs"])["events"]
        found = any("hello, queue" in event["message"] for event in events)
        sleep(0.5)
    assert found


def ended(execution: str) -> dict[str, Any]:
    """An execution, once it runs no more."""
    states = boto3.client("stepfunctions")
    end = monotonic() + 60
    while (described := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
        assert monotonic() < end
        sleep(0.2)
    result: dict[str, Any] = described
    return result


def test_two_branches_say_hello_and_are_joined(applied: dict[str, Future[Root]], cloud: LocalCloud) -> None:
    outputs = applied["branches"].result().outputs()
    reply = api.call("GET", cloud.resolve_api_url(outputs["start"]))
    assert reply.status == 200, reply
    execution = ended(reply.body["executionArn"])
    assert execution["status"] == "SUCCEEDED", execution
    assert json.loads(execution["output"]) == {"hello": ["left", "right"]}


def test_one_function_is_a_state_machine(applied: dict[str, Future[Root]]) -> None:
    outputs = applied["hello"].result().outputs()
    started = boto3.client("stepfunctions").start_execution(
        stateMachineArn=outputs["workflow"], input='{"name": "you"}'
    )
    assert json.loads(ended(started["executionArn"])["output"]) == {"hello": "you"}


def test_a_second_plan_changes_nothing(applied: dict[str, Future[Root]]) -> None:
    for name in EXAMPLES:
        plan = applied[name].result().plan()
        assert plan.empty, plan.text
