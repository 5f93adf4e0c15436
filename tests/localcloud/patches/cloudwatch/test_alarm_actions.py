"""Notifications of alarms: CloudWatch User Guide, "Notifying users on alarm changes"; "Access control use cases"."""

import json
from functools import partial
from typing import Any

from tests.support.localcloud import alarms
from tests.support.localcloud.aws import Aws, policy_document, unique_name, wait_for


def create_topic(aws: Aws, *statements: dict[str, Any]) -> str:
    settings = {"Attributes": {"Policy": policy_document(*statements)}} if statements else {}
    arn: str = aws.client("sns").create_topic(Name=unique_name("topic"), **settings)["TopicArn"]
    return arn


def subscribe_queue(aws: Aws, arn: str, **attributes: str) -> str:
    """Create a queue that receives the messages of a topic; return its URL."""
    allow_topic = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
               "Resource": "*", "Condition": {"ArnEquals": {"aws:SourceArn": arn}}}  # fmt: skip
    queue = aws.create_queue(Policy=policy_document(allow_topic))
    aws.client("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=aws.queue_arn(queue), Attributes=attributes)
    return queue


def allow_publish(principal: str = "cloudwatch.amazonaws.com", **condition: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"Service": principal}, "Action": "sns:Publish", "Resource": "*",
            **({"Condition": condition} if condition else {})}  # fmt: skip


def create_breaching_alarm(aws: Aws, topic: str) -> str:
    """Create an alarm whose metric breaches it; return its name."""
    metric = unique_name("metric")
    name = alarms.create_metric_alarm(
        aws, "Actions", metric, {"code": "a"}, AlarmActions=[topic], AlarmDescription="Look at it."
    )
    aws.client("cloudwatch").put_metric_data(
        Namespace="Actions",
        MetricData=[{"MetricName": metric, "Value": 3, "Dimensions": [{"Name": "code", "Value": "a"}]}],
    )
    return name


def read_actions(aws: Aws, alarm: str) -> list[str]:
    return [item["HistorySummary"] for item in alarms.read_alarm_history(aws, alarm, "Action")]


def test_subscriber_receives_alarm_message(aws: Aws) -> None:
    topic = create_topic(aws)
    queue = subscribe_queue(aws, topic)
    name = create_breaching_alarm(aws, topic)
    envelope = json.loads(wait_for(lambda: aws.drain_queue(queue))[0])
    message = json.loads(envelope["Message"])
    assert envelope["Subject"] == f'ALARM: "{name}" in {aws.region}'
    assert message["AlarmName"] == name
    assert message["NewStateValue"] == "ALARM"
    assert message["AlarmDescription"] == "Look at it."
    assert message["Trigger"]["Dimensions"] == [{"name": "code", "value": "a"}]
    assert message["AlarmArn"].endswith(f":alarm:{name}")
    assert read_actions(aws, name) == [f"Successfully executed action {topic}"]


def test_topic_policy_for_account_admits_its_alarms(aws: Aws) -> None:
    topic = create_topic(aws, allow_publish(ArnLike={"aws:SourceArn": "arn:aws:cloudwatch:*:000000000000:alarm:*"}))
    queue = subscribe_queue(aws, topic, RawMessageDelivery="true")
    name = create_breaching_alarm(aws, topic)
    assert json.loads(wait_for(lambda: aws.drain_queue(queue))[0])["AlarmName"] == name


def test_topic_policy_without_cloudwatch_blocks_alarm(aws: Aws) -> None:
    for statement in (
        allow_publish("s3.amazonaws.com"),
        allow_publish(ArnLike={"aws:SourceArn": "arn:aws:cloudwatch:*:1:alarm:*"}),
    ):
        topic = create_topic(aws, statement)
        queue = subscribe_queue(aws, topic)
        name = create_breaching_alarm(aws, topic)
        (summary,) = wait_for(partial(read_actions, aws, name))
        assert summary.startswith(f"Failed to execute action {topic}")
        assert aws.drain_queue(queue) == []


def test_disabled_actions_publish_nothing(aws: Aws) -> None:
    topic = create_topic(aws)
    queue = subscribe_queue(aws, topic)
    name = alarms.create_metric_alarm(
        aws, "Actions", unique_name("metric"), {}, OKActions=[topic], ActionsEnabled=False
    )
    wait_for(lambda: len(alarms.read_alarm_history(aws, name, "StateUpdate")) > 1)
    assert aws.drain_queue(queue) == []
    assert read_actions(aws, name) == []
