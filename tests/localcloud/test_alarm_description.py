"""DescribeAlarms gives back what PutMetricAlarm was given: "MetricAlarm" in the CloudWatch API Reference."""

import urllib.parse
from typing import Any
from xml.etree import ElementTree

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from tests.support.localcloud.aws import Aws, unique_name

ON_METRIC = {
    "Namespace": "AWS/SQS", "MetricName": "ApproximateNumberOfMessagesVisible", "Statistic": "Maximum", "Period": 60,
    "Dimensions": [{"Name": "QueueName", "Value": "a & b"}], "EvaluationPeriods": 1, "Threshold": 0.0,
    "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "notBreaching", "ActionsEnabled": True,
    "AlarmDescription": "Dead letters wait.",
}  # fmt: skip
ON_EXPRESSION = {
    "EvaluationPeriods": 1, "Threshold": 0.1, "ComparisonOperator": "GreaterThanThreshold",
    "Metrics": [{"Id": "rate", "Expression": "1 + 1", "ReturnData": True}],
}  # fmt: skip


def _described(aws: Aws, name: str, kind: str = "Metric") -> ElementTree.Element:
    """The alarm in the Query protocol, which Terraform's provider speaks and boto3 no longer does."""
    given = aws.cloud.environment()
    asked = {"AlarmNames.member.1": name, "AlarmTypes.member.1": f"{kind}Alarm"}
    body = urllib.parse.urlencode({"Action": "DescribeAlarms", "Version": "2010-08-01", **asked})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    request = AWSRequest("POST", aws.cloud.endpoint + "/", headers=headers, data=body)
    keys = Credentials(given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"])
    SigV4Auth(keys, "monitoring", aws.region).add_auth(request)
    answer = URLLib3Session(verify=given["AWS_CA_BUNDLE"]).send(request.prepare())
    assert answer.status_code == 200, answer.text
    member = ElementTree.fromstring(answer.text).find(f"{{*}}DescribeAlarmsResult/{{*}}{kind}Alarms/{{*}}member")
    assert member is not None
    return member


def _alarm(aws: Aws, settings: dict[str, Any]) -> dict[str, str | None]:
    name = unique_name("alarm")
    aws.client("cloudwatch").put_metric_alarm(AlarmName=name, **settings)
    return {element.tag.split("}")[1]: element.text for element in _described(aws, name)}


def test_an_alarm_is_described_whole(aws: Aws) -> None:
    found = _alarm(aws, ON_METRIC)
    for key in ("Statistic", "TreatMissingData", "AlarmDescription", "Namespace", "MetricName"):
        assert found[key] == ON_METRIC[key]
    assert (found["Period"], found["ActionsEnabled"]) == ("60", "true")


def test_its_dimensions_are_described(aws: Aws) -> None:
    name = unique_name("alarm")
    aws.client("cloudwatch").put_metric_alarm(AlarmName=name, **ON_METRIC)
    dimension = _described(aws, name).find("{*}Dimensions/{*}member")
    assert dimension is not None
    assert [element.text for element in dimension] == ["QueueName", "a & b"]


def test_an_alarm_on_an_expression_has_neither_period_nor_statistic(aws: Aws) -> None:
    assert _alarm(aws, ON_EXPRESSION).keys().isdisjoint({"Period", "Statistic"})


def test_a_composite_alarm_is_described_whole(aws: Aws) -> None:
    name, told = unique_name("alarm"), "arn:aws:sns:eu-west-1:000000000000:told"
    aws.client("cloudwatch").put_composite_alarm(
        AlarmName=name, AlarmRule="TRUE", AlarmDescription="any", AlarmActions=[told]
    )
    found = _described(aws, name, "Composite")
    assert (found.findtext("{*}AlarmDescription"), found.findtext("{*}ActionsEnabled")) == ("any", "true")
    assert found.findtext("{*}AlarmActions/{*}member") == told
