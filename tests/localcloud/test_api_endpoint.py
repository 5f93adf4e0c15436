"""An HTTP API is reached where it says: API Gateway Developer Guide, "Invoke HTTP APIs", payload format 2.0."""

import base64
from typing import Any

import pytest

from tests.support.localcloud import apis
from tests.support.localcloud.apis import Api
from tests.support.localcloud.aws import Aws

ECHO = """
import json
def handler(event, context):
    return {"statusCode": 202, "headers": {"location": "/jobs/1"}, "body": json.dumps(event)}
"""


@pytest.fixture(scope="module")
def api(aws: Aws) -> Api:
    return apis.create_api(aws, ECHO)


def test_the_endpoint_can_be_called_as_it_is_told(aws: Aws, api: Api) -> None:
    reply = apis.send_request(aws, f"{api.endpoint}/jobs", apis.operator_keys(aws), "POST", b'["one"]')
    assert (reply.status, reply.body["body"], reply.body["isBase64Encoded"]) == (202, '["one"]', False)
    assert (reply.body["version"], reply.body["routeKey"], reply.body["rawPath"]) == ("2.0", "POST /jobs", "/jobs")
    assert aws.client("apigatewayv2").get_api(ApiId=api.api_id)["ApiEndpoint"] == api.endpoint


def test_so_can_the_address_that_aws_would_give_it(aws: Aws, api: Api) -> None:
    """Ours alone: Terraform makes up a stage's invoke_url by itself."""
    url = aws.cloud.resolve_api_url(f"https://{api.api_id}.execute-api.{aws.region}.amazonaws.com/jobs/a%20b?x=1&x=2")
    reply = apis.send_request(aws, url, apis.operator_keys(aws))
    assert reply.body["pathParameters"] == {"id": "a b"}
    assert reply.body["queryStringParameters"] == {"x": "1,2"}
    assert aws.cloud.resolve_api_url(url) == url


def test_a_body_that_is_no_text_comes_in_base64(aws: Aws, api: Api) -> None:
    url = f"{api.endpoint}/jobs"
    reply = apis.send_request(aws, url, apis.operator_keys(aws), "POST", b"\xff\x00", "application/octet-stream")
    assert reply.body["isBase64Encoded"]
    assert base64.b64decode(reply.body["body"]) == b"\xff\x00"


def test_a_stage_keeps_its_settings(aws: Aws) -> None:
    settings: dict[str, Any] = {
        "DefaultRouteSettings": {
            "ThrottlingBurstLimit": 5,
            "ThrottlingRateLimit": 10.0,
            "DetailedMetricsEnabled": True,
        },
        "AccessLogSettings": {"DestinationArn": "arn:aws:logs:eu-west-1:000000000000:log-group:x", "Format": "{}"},
    }
    api = apis.create_api(aws, ECHO, **settings)
    kept = aws.client("apigatewayv2").get_stage(ApiId=api.api_id, StageName="$default")
    assert {name: kept[name] for name in settings} == settings
