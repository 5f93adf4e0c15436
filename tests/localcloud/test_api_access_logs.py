"""A line a request: API Gateway Developer Guide, "Customize HTTP API access logs"."""

import json

from tests.support.localcloud import apis
from tests.support.localcloud.aws import ACCOUNT, Aws, unique_name

FORMAT = {"route": "$context.routeKey", "status": "$context.status", "id": "$context.requestId",
          "bytes": "$context.responseLength", "caller": "$context.identity.userArn",
          "error": "$context.integrationErrorMessage"}  # fmt: skip


def test_requests_are_logged_in_the_stages_format(aws: Aws) -> None:
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
    assert (lines[0]["bytes"], lines[0]["error"]) == ("2", "-")
    assert [line["caller"].rsplit("/", 1)[-1] for line in lines] == ["operator", "-", "operator"]
    assert len({line["id"] for line in lines}) == 3
