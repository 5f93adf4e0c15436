"""The alarms of an applied stack, heard as a person would hear them: through their topic."""

import json
from collections.abc import Collection
from time import monotonic
from typing import Any

import boto3

from sluice.sqs import messages


class Alarms:
    """Subscribes a queue to the alarms' topic; `heard` has the descriptions of those that went off, by what they watch.

    One that is on already, since another test has produced its condition, would not be told again: it counts.
    """

    def __init__(self, outputs: dict[str, Any]) -> None:
        self.names: dict[str, str] = outputs["alarms"]["names"]
        self.topic: str = outputs["alarms"]["topic"]
        self._sqs = boto3.client("sqs")
        self._watched = {name: watched for watched, name in self.names.items()}
        self._queue = self._sqs.create_queue(QueueName="heard-of-alarms")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": self.topic}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._sqs.set_queue_attributes(QueueUrl=self._queue, Attributes={"Policy": policy})
        boto3.client("sns").subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=arn)
        on = {watched: alarm for watched, alarm in self.told().items() if alarm["StateValue"] == "ALARM"}
        self.heard: dict[str, str] = {watched: alarm["AlarmDescription"] for watched, alarm in on.items()}

    def told(self) -> dict[str, dict[str, Any]]:
        """Every alarm as CloudWatch describes it, by what it watches."""
        pages = boto3.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNames=list(self._watched))
        return {self._watched[alarm["AlarmName"]]: alarm for page in pages for alarm in page["MetricAlarms"]}

    def hear(self, watched: Collection[str], *, within: float = 90) -> None:
        """Wait until the topic was told that each of these went off; AssertionError for those that did not in time."""
        end = monotonic() + within
        while (missing := set(watched) - self.heard.keys()) and monotonic() < end:
            for body in messages.take_bodies(self._sqs, self._queue):
                message = json.loads(json.loads(body)["Message"])
                if message["NewStateValue"] == "ALARM":
                    self.heard[self._watched[message["AlarmName"]]] = message["AlarmDescription"]
        assert not missing, f"did not go off: {sorted(missing)}"
