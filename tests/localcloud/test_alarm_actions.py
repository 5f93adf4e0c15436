"""Whom an alarm tells: CloudWatch User Guide, "Notifying users on alarm changes"; SNS, "Access control use cases"."""

import json
from functools import partial
from typing import Any

from tests.localcloud.test_alarm_evaluation import history, watch
from tests.support.localcloud.aws import Aws, policy_document, unique_name, wait_for


def topic(aws: Aws, *statements: dict[str, Any]) -> str:
    given = {"Attributes": {"Policy": policy_document(*statements)}} if statements else {}
    arn: str = aws.client("sns").create_topic(Name=unique_name("topic"), **given)["TopicArn"]
    return arn


def subscribed(aws: Aws, arn: str, **attributes: str) -> str:
    """A queue that gets what the topic is told."""
    allowed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
               "Resource": "*", "Condition": {"ArnEquals": {"aws:SourceArn": arn}}}  # fmt: skip
    queue = aws.create_queue(Policy=policy_document(allowed))
    aws.client("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=aws.queue_arn(queue), Attributes=attributes)
    return queue


def publish(principal: str = "cloudwatch.amazonaws.com", **condition: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"Service": principal}, "Action": "sns:Publish", "Resource": "*",
            **({"Condition": condition} if condition else {})}  # fmt: skip


def goes_off(aws: Aws, told: str) -> str:
    """An alarm with data that goes off; its name."""
    metric = unique_name("metric")
    name = watch(aws, "Told", metric, {"code": "a"}, AlarmActions=[told], AlarmDescription="Look at it.")
    aws.client("cloudwatch").put_metric_data(
        Namespace="Told",
        MetricData=[{"MetricName": metric, "Value": 3, "Dimensions": [{"Name": "code", "Value": "a"}]}],
    )
    return name


def actions(aws: Aws, alarm: str) -> list[str]:
    return [item["HistorySummary"] for item in history(aws, alarm, "Action")]


def test_subscribers_are_told_what_happened(aws: Aws) -> None:
    told = topic(aws)
    queue = subscribed(aws, told)
    name = goes_off(aws, told)
    envelope = json.loads(wait_for(lambda: aws.drain_queue(queue))[0])
    message = json.loads(envelope["Message"])
    assert envelope["Subject"] == f'ALARM: "{name}" in {aws.region}'
    assert (message["AlarmName"], message["NewStateValue"], message["AlarmDescription"]) == (
        name,
        "ALARM",
        "Look at it.",
    )
    assert message["Trigger"]["Dimensions"] == [{"name": "code", "value": "a"}]
    assert message["AlarmArn"].endswith(f":alarm:{name}")
    assert actions(aws, name) == [f"Successfully executed action {told}"]


def test_a_topic_may_admit_alarms_of_an_account(aws: Aws) -> None:
    told = topic(aws, publish(ArnLike={"aws:SourceArn": "arn:aws:cloudwatch:*:000000000000:alarm:*"}))
    queue = subscribed(aws, told, RawMessageDelivery="true")
    name = goes_off(aws, told)
    assert json.loads(wait_for(lambda: aws.drain_queue(queue))[0])["AlarmName"] == name


def test_a_topic_whose_policy_does_not_admit_alarms_is_not_told(aws: Aws) -> None:
    for statement in (
        publish("s3.amazonaws.com"),
        publish(ArnLike={"aws:SourceArn": "arn:aws:cloudwatch:*:1:alarm:*"}),
    ):
        told = topic(aws, statement)
        queue = subscribed(aws, told)
        name = goes_off(aws, told)
        (done,) = wait_for(partial(actions, aws, name))
        assert done.startswith(f"Failed to execute action {told}")
        assert aws.drain_queue(queue) == []


def test_disabled_actions_tell_nobody(aws: Aws) -> None:
    told = topic(aws)
    queue = subscribed(aws, told)
    name = watch(aws, "Told", unique_name("metric"), {}, OKActions=[told], ActionsEnabled=False)
    wait_for(lambda: len(history(aws, name, "StateUpdate")) > 1)
    assert (aws.drain_queue(queue), actions(aws, name)) == ([], [])
