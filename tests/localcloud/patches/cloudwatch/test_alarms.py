"""Alarms are returned as they were put: CloudWatch API Reference, "MetricAlarm"."""

import urllib.parse
from typing import Any
from xml.etree import ElementTree

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from tests.support.localcloud import alarms
from tests.support.localcloud.aws import Aws, unique_name

ON_METRIC = {
    "Namespace": "AWS/SQS", "MetricName": "ApproximateNumberOfMessagesVisible", "Statistic": "Maximum", "Period": 60,
    "Dimensions": [{"Name": "QueueName", "Value": "a & b"}], "EvaluationPeriods": 1, "Threshold": 0.0,
    "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "notBreaching", "ActionsEnabled": True,
    "AlarmDescription": "Dead letters exist.",
}  # fmt: skip
ON_EXPRESSION = {
    "EvaluationPeriods": 1, "Threshold": 0.1, "ComparisonOperator": "GreaterThanThreshold",
    "Metrics": [{"Id": "rate", "Expression": "1 + 1", "ReturnData": True}],
}  # fmt: skip


METRIC = {"Namespace": "N", "MetricName": "M", "Dimensions": [{"Name": "a", "Value": "b"}]}
QUERIES = [
    {"Id": "m", "ReturnData": False, "MetricStat": {"Metric": METRIC, "Period": 300, "Stat": "p99"}},
    {"Id": "e", "ReturnData": True, "Expression": "FILL(m, 0)", "Label": "filled"},
]


def describe_in_xml(aws: Aws, name: str, kind: str = "Metric") -> ElementTree.Element:
    """Return an alarm in the XML of AWS Query, which Terraform's provider uses and boto3 no longer does."""
    variables = aws.cloud.environment()
    filters = {"AlarmNames.member.1": name, "AlarmTypes.member.1": f"{kind}Alarm"}
    body = urllib.parse.urlencode({"Action": "DescribeAlarms", "Version": "2010-08-01", **filters})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    request = AWSRequest("POST", aws.cloud.endpoint + "/", headers=headers, data=body)
    keys = Credentials(variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"])
    SigV4Auth(keys, "monitoring", aws.region).add_auth(request)
    response = URLLib3Session(verify=variables["AWS_CA_BUNDLE"]).send(request.prepare())
    assert response.status_code == 200, response.text
    member = ElementTree.fromstring(response.text).find(f"{{*}}DescribeAlarmsResult/{{*}}{kind}Alarms/{{*}}member")
    assert member is not None
    return member


def create_and_describe(aws: Aws, settings: dict[str, Any]) -> dict[str, str | None]:
    name = unique_name("alarm")
    aws.client("cloudwatch").put_metric_alarm(AlarmName=name, **settings)
    return {element.tag.split("}")[1]: element.text for element in describe_in_xml(aws, name)}


def test_describe_alarms_returns_all_settings(aws: Aws) -> None:
    alarm = create_and_describe(aws, ON_METRIC)
    for key in ("Statistic", "TreatMissingData", "AlarmDescription", "Namespace", "MetricName"):
        assert alarm[key] == ON_METRIC[key]
    assert alarm["Period"] == "60"
    assert alarm["ActionsEnabled"] == "true"


def test_describe_alarms_returns_dimensions(aws: Aws) -> None:
    name = unique_name("alarm")
    aws.client("cloudwatch").put_metric_alarm(AlarmName=name, **ON_METRIC)
    dimension = describe_in_xml(aws, name).find("{*}Dimensions/{*}member")
    assert dimension is not None
    assert [element.text for element in dimension] == ["QueueName", "a & b"]


def test_expression_alarm_has_no_period_or_statistic(aws: Aws) -> None:
    assert create_and_describe(aws, ON_EXPRESSION).keys().isdisjoint({"Period", "Statistic"})


def test_describe_alarms_returns_composite_alarm(aws: Aws) -> None:
    name, topic = unique_name("alarm"), "arn:aws:sns:eu-west-1:000000000000:topic"
    aws.client("cloudwatch").put_composite_alarm(
        AlarmName=name, AlarmRule="TRUE", AlarmDescription="any", AlarmActions=[topic]
    )
    alarm = describe_in_xml(aws, name, "Composite")
    assert alarm.findtext("{*}AlarmDescription") == "any"
    assert alarm.findtext("{*}ActionsEnabled") == "true"
    assert alarm.findtext("{*}AlarmActions/{*}member") == topic


def test_alarm_keeps_metric_math(aws: Aws) -> None:
    alarm = alarms.describe_alarm(aws, alarms.create_alarm(aws, Metrics=QUERIES))
    assert alarm["Metrics"] == QUERIES
    assert alarm.keys().isdisjoint({"Statistic", "Period", "MetricName"})


def test_percentile_alarm_has_no_statistic(aws: Aws) -> None:
    alarm = alarms.describe_alarm(aws, alarms.create_alarm(aws, **METRIC, ExtendedStatistic="p95", Period=60))
    assert "Statistic" not in alarm
    assert alarm["ExtendedStatistic"] == "p95"
