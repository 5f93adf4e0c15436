"""Logs and metrics of APIs: "Customize HTTP API access logs" and "Monitor CloudWatch metrics for HTTP APIs".

Both are pages of the API Gateway Developer Guide.
"""

import json

from tests.support.localcloud import apis, metrics, versions
from tests.support.localcloud.aws import ACCOUNT, Aws, unique_name

FORMAT = {"route": "$context.routeKey", "status": "$context.status", "id": "$context.requestId",
          "bytes": "$context.responseLength", "caller": "$context.identity.userArn",
          "error": "$context.integrationErrorMessage"}  # fmt: skip


def test_access_log_has_line_per_request_in_stage_format(aws: Aws) -> None:
    group = unique_name("/access/group")
    aws.client("logs").create_log_group(logGroupName=group)
    destination = f"arn:aws:logs:{aws.region}:{ACCOUNT}:log-group:{group}"
    settings = {"DestinationArn": destination, "Format": json.dumps(FORMAT)}
    api = apis.create_api(aws, "def handler(event, context): return {}", AccessLogSettings=settings)
    apis.send_request(aws, f"{api.endpoint}/jobs/1", apis.operator_keys(aws))
    apis.send_request(aws, f"{api.endpoint}/jobs/1")
    apis.send_request(aws, f"{api.endpoint}/nowhere", apis.operator_keys(aws))
    events = aws.client("logs").filter_log_events(logGroupName=group)["events"]
    lines = [json.loads(event["message"]) for event in events]
    assert [(line["route"], line["status"]) for line in lines] == [
        ("GET /jobs/{id}", "200"), ("GET /jobs/{id}", "403"), ("-", "404"),
    ]  # fmt: skip
    assert lines[0]["bytes"] == "2"
    assert lines[0]["error"] == "-"
    assert [line["caller"].rsplit("/", 1)[-1] for line in lines] == ["operator", "-", "operator"]
    assert len({line["id"] for line in lines}) == 3


def test_requests_are_counted_by_status(aws: Aws) -> None:
    api = apis.create_api(aws, versions.source_code("counted"))
    apis.send_request(aws, f"{api.endpoint}/jobs/1", apis.operator_keys(aws))
    apis.send_request(aws, f"{api.endpoint}/jobs/1", None)
    for dimensions in ({"ApiId": api.api_id}, {"ApiId": api.api_id, "Stage": "$default"}):
        counts = {
            name: metrics.read_statistic(aws, "AWS/ApiGateway", name, dimensions, "Sum")
            for name in ("Count", "4xx", "5xx")
        }
        assert counts == {"Count": 2, "4xx": 1, "5xx": 0}
        assert (metrics.read_statistic(aws, "AWS/ApiGateway", "Latency", dimensions, "p99") or 0.0) > 0
