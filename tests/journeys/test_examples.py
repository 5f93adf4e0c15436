"""The roots of terraform/examples: queues and state machines at their smallest."""

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


def test_relay_example_moves_messages_between_queues(stacks: dict[str, Future[Root]]) -> None:
    outputs = stacks["relay"].result().outputs()
    sqs = boto3.client("sqs")
    sent = [f"message {n}" for n in range(25)]
    assert sum(sending.send_bodies(sqs, outputs["inbox"], sent)) == 25
    received: list[str] = []
    end = monotonic() + 60
    while len(received) < 25 and monotonic() < end:
        received += messages.take_bodies(sqs, outputs["outbox"])
    assert sorted(received) == sorted(sent)


def test_log_example_logs_messages(stacks: dict[str, Future[Root]]) -> None:
    outputs = stacks["log"].result().outputs()
    assert sum(sending.send_bodies(boto3.client("sqs"), outputs["inbox"], ["hello, queue"])) == 1
    end = monotonic() + 60
    logged = False
    while not logged and monotonic() < end:
        events = boto3.client("logs").filter_log_events(logGroupName=outputs["logs"])["events"]
        logged = any("hello, queue" in event["message"] for event in events)
        sleep(0.5)
    assert logged


def wait_until_finished(execution: str) -> dict[str, Any]:
    """Return an execution once it is no longer running."""
    stepfunctions = boto3.client("stepfunctions")
    end = monotonic() + 60
    while (description := stepfunctions.describe_execution(executionArn=execution))["status"] == "RUNNING":
        assert monotonic() < end
        sleep(0.2)
    finished: dict[str, Any] = description
    return finished


def test_branches_example_joins_parallel_branches(stacks: dict[str, Future[Root]], cloud: LocalCloud) -> None:
    outputs = stacks["branches"].result().outputs()
    reply = api.call("GET", cloud.resolve_api_url(outputs["start"]))
    assert reply.status == 200, reply
    execution = wait_until_finished(reply.body["executionArn"])
    assert execution["status"] == "SUCCEEDED", execution
    assert json.loads(execution["output"]) == {"hello": ["left", "right"]}


def test_hello_example_runs_one_function(stacks: dict[str, Future[Root]]) -> None:
    outputs = stacks["hello"].result().outputs()
    started = boto3.client("stepfunctions").start_execution(
        stateMachineArn=outputs["workflow"], input='{"name": "you"}'
    )
    assert json.loads(wait_until_finished(started["executionArn"])["output"]) == {"hello": "you"}


def test_examples_second_plan_changes_nothing(stacks: dict[str, Future[Root]]) -> None:
    for name in EXAMPLES:
        plan = stacks[name].result().plan()
        assert plan.empty, plan.text
