"""Receives the notifications of a stack's alarms through their topic, as an operator does."""

import json
from collections.abc import Collection
from time import monotonic
from typing import Any

import boto3

from sluice.sqs import messages


class AlarmSubscriber:
    """Subscribes a queue to the topic of the alarms.

    An alarm that is already on, because another test caused its condition, sends no further notification. Such alarms
    count as notified from the beginning.

    Attributes:
        names: Names of the alarms, by the watched condition.
        topic: ARN of the topic.
        notified: Descriptions of the alarms that went off, by the watched condition.
    """

    def __init__(self, outputs: dict[str, Any]) -> None:
        self.names: dict[str, str] = outputs["alarms"]["names"]
        self.topic: str = outputs["alarms"]["topic"]
        self._sqs = boto3.client("sqs")
        self._watched = {name: watched for watched, name in self.names.items()}
        self._queue = self._sqs.create_queue(QueueName="alarm-notifications")["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": attributes["QueueArn"],
            "Condition": {"ArnEquals": {"aws:SourceArn": self.topic}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._sqs.set_queue_attributes(QueueUrl=self._queue, Attributes={"Policy": policy})
        boto3.client("sns").subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=attributes["QueueArn"])
        self.notified: dict[str, str] = {
            watched: alarm["AlarmDescription"]
            for watched, alarm in self.describe_alarms().items()
            if alarm["StateValue"] == "ALARM"
        }

    def describe_alarms(self) -> dict[str, dict[str, Any]]:
        """Return each alarm as CloudWatch describes it, by the watched condition."""
        pages = boto3.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNames=list(self._watched))
        return {self._watched[alarm["AlarmName"]]: alarm for page in pages for alarm in page["MetricAlarms"]}

    def wait_for_alarms(self, watched: Collection[str], *, within: float = 90) -> None:
        """Wait until the topic has announced each of these alarms; fail if one is missing after `within` seconds."""
        end = monotonic() + within
        while (missing := set(watched) - self.notified.keys()) and monotonic() < end:
            for body in messages.take_bodies(self._sqs, self._queue):
                notification = json.loads(json.loads(body)["Message"])
                if notification["NewStateValue"] == "ALARM":
                    self.notified[self._watched[notification["AlarmName"]]] = notification["AlarmDescription"]
        assert not missing, f"These alarms did not go off within {within} s: {sorted(missing)}"
