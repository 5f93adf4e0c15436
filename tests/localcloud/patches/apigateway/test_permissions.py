"""Permissions of HTTP APIs.

API Gateway Developer Guide, "Control access to HTTP APIs with IAM authorization"; Lambda Developer Guide, "Grant an API
Gateway API permission to invoke a function"; Service Authorization Reference, "Amazon API Gateway Management V2".
"""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud import apis
from tests.support.localcloud.apis import Api, Reply
from tests.support.localcloud.aws import ACCOUNT, Aws, Keys, allow

FORBIDDEN = Reply(403, {"message": "Forbidden"})


@pytest.fixture(scope="module")
def iam_api(aws: Aws) -> Api:
    return apis.create_api(aws, "def handler(event, context): return event['requestContext']['authorizer']['iam']")


def test_unsigned_request_is_forbidden(aws: Aws, iam_api: Api) -> None:
    assert apis.send_request(aws, f"{iam_api.endpoint}/jobs/1") == FORBIDDEN


def test_request_with_wrong_or_unknown_key_is_forbidden(aws: Aws, iam_api: Api) -> None:
    known = apis.operator_keys(aws).access
    for keys in (Keys(known, "wrong"), Keys("AKIA0000000000000000", "unknown")):
        assert apis.send_request(aws, f"{iam_api.endpoint}/jobs/1", keys) == FORBIDDEN


def test_user_needs_permission_for_route(aws: Aws, iam_api: Api) -> None:
    """execute-api:Invoke on arn:aws:execute-api:region:account:api-id/stage/METHOD/path."""
    arn = f"arn:aws:execute-api:{aws.region}:{ACCOUNT}:{iam_api.api_id}/$default"
    user = aws.create_user(allow("execute-api:Invoke", on=f"{arn}/GET/jobs/*"))
    reply = apis.send_request(aws, f"{iam_api.endpoint}/jobs/1", user)
    assert reply.status == 200
    assert reply.body["accessKey"] == user.access
    assert apis.send_request(aws, f"{iam_api.endpoint}/jobs", user, "POST", b"[]") == FORBIDDEN
    assert apis.send_request(aws, f"{iam_api.endpoint}/jobs/1", aws.create_user(allow("s3:GetObject"))) == FORBIDDEN


INTERNAL_ERROR = Reply(500, {"message": "Internal Server Error"})
RETURN_CALLED = "def handler(event, context): return {'called': True}"


@pytest.mark.parametrize("permit", ["*/*/*", "$default/GET/jobs/{id}", "*"])
def test_function_with_policy_for_route_is_invoked(aws: Aws, permit: str) -> None:
    api = apis.create_api(aws, RETURN_CALLED, permit=permit)
    assert apis.send_request(aws, f"{api.endpoint}/jobs/1", apis.operator_keys(aws)).body == {"called": True}


@pytest.mark.parametrize("permit", [None, "*/POST/jobs", "other/GET/jobs/{id}"])
def test_function_without_policy_for_route_returns_500(aws: Aws, permit: str | None) -> None:
    api = apis.create_api(aws, RETURN_CALLED, permit=permit)
    assert apis.send_request(aws, f"{api.endpoint}/jobs/1", apis.operator_keys(aws)) == INTERNAL_ERROR


OWN, OTHER = {"Environment": "own"}, {"Environment": "other"}
VERBS = [f"apigateway:{verb}" for verb in ("GET", "PATCH", "POST", "DELETE")]


def allow_if_tagged(key: str, *actions: str, test: str = "StringEquals", on: str = "*") -> dict[str, Any]:
    return {**allow(*actions, on=on), "Condition": {test: {f"aws:{key}/Environment": "own"}}}


def create_tagged_api(aws: Aws, tags: dict[str, str]) -> str:
    """Create an API with tags and a stage with the same tags; return the API's id."""
    client = aws.client("apigatewayv2")
    api_id: str = client.create_api(Name="a", ProtocolType="HTTP", Tags=tags)["ApiId"]
    client.create_stage(ApiId=api_id, StageName="$default", Tags=tags)
    return api_id


def test_request_tag_condition_limits_created_apis(aws: Aws) -> None:
    client = aws.client("apigatewayv2", aws.create_user(allow_if_tagged("RequestTag", "apigateway:POST")))
    client.create_api(Name="own", ProtocolType="HTTP", Tags=OWN)
    for tags in (OTHER, {}):
        with pytest.raises(ClientError, match="apigateway:POST"):
            client.create_api(Name="other", ProtocolType="HTTP", Tags=tags)


@pytest.mark.parametrize("test", ["StringEquals", "StringEqualsIfExists"])
def test_resource_tag_condition_uses_tags_of_api_and_stage(aws: Aws, test: str) -> None:
    own, other = create_tagged_api(aws, OWN), create_tagged_api(aws, OTHER)
    client = aws.client("apigatewayv2", aws.create_user(allow_if_tagged("ResourceTag", *VERBS, test=test)))
    client.get_api(ApiId=own)
    client.update_stage(ApiId=own, StageName="$default", Description="changed")
    for method, arguments in {"get_api": {}, "delete_api": {}, "get_stage": {"StageName": "$default"}}.items():
        with pytest.raises(ClientError, match="apigateway:"):
            getattr(client, method)(ApiId=other, **arguments)
    client.delete_api(ApiId=own)


def test_routes_and_tags_do_not_inherit_tags(aws: Aws) -> None:
    own = create_tagged_api(aws, OWN)
    arn = f"arn:aws:apigateway:{aws.region}::/apis/{own}"
    restricted = aws.client("apigatewayv2", aws.create_user(allow_if_tagged("ResourceTag", *VERBS)))
    for call, arguments in (
        (restricted.create_route, {"ApiId": own, "RouteKey": "GET /"}),
        (restricted.create_integration, {"ApiId": own, "IntegrationType": "AWS_PROXY", "IntegrationUri": "uri"}),
        (restricted.create_stage, {"ApiId": own, "StageName": "more"}),
        (restricted.tag_resource, {"ResourceArn": arn, "Tags": OWN}),
    ):
        with pytest.raises(ClientError, match="apigateway:POST"):
            call(**arguments)
    unrestricted = aws.client(
        "apigatewayv2", aws.create_user(allow_if_tagged("ResourceTag", *VERBS, test="StringEqualsIfExists"))
    )
    route = unrestricted.create_route(ApiId=own, RouteKey="GET /")["RouteId"]
    unrestricted.get_route(ApiId=own, RouteId=route)
    unrestricted.tag_resource(ResourceArn=arn, Tags=OWN)
