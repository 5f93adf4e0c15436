"""An API's tags as conditions: Service Authorization Reference, "Amazon API Gateway Management V2"."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws, allow

OWN, OTHER = {"Environment": "own"}, {"Environment": "other"}
VERBS = [f"apigateway:{verb}" for verb in ("GET", "PATCH", "POST", "DELETE")]


def allow_if(key: str, *actions: str, test: str = "StringEquals", on: str = "*") -> dict[str, Any]:
    return {**allow(*actions, on=on), "Condition": {test: {f"aws:{key}/Environment": "own"}}}


def api(aws: Aws, tags: dict[str, str]) -> str:
    """The id of an API with a route and a stage that has the same tags."""
    client = aws.client("apigatewayv2")
    identity: str = client.create_api(Name="a", ProtocolType="HTTP", Tags=tags)["ApiId"]
    client.create_stage(ApiId=identity, StageName="$default", Tags=tags)
    return identity


def test_an_api_is_made_with_the_tags_that_one_may_give(aws: Aws) -> None:
    client = aws.client("apigatewayv2", aws.create_user(allow_if("RequestTag", "apigateway:POST")))
    client.create_api(Name="own", ProtocolType="HTTP", Tags=OWN)
    for tags in (OTHER, {}):
        with pytest.raises(ClientError, match="apigateway:POST"):
            client.create_api(Name="other", ProtocolType="HTTP", Tags=tags)


@pytest.mark.parametrize("test", ["StringEquals", "StringEqualsIfExists"])
def test_tags_are_those_of_an_api_and_of_a_stage(aws: Aws, test: str) -> None:
    own, other = api(aws, OWN), api(aws, OTHER)
    client = aws.client("apigatewayv2", aws.create_user(allow_if("ResourceTag", *VERBS, test=test)))
    client.get_api(ApiId=own)
    client.update_stage(ApiId=own, StageName="$default", Description="changed")
    for method, more in {"get_api": {}, "delete_api": {}, "get_stage": {"StageName": "$default"}}.items():
        with pytest.raises(ClientError, match="apigateway:"):
            getattr(client, method)(ApiId=other, **more)
    client.delete_api(ApiId=own)


def test_routes_and_tags_inherit_no_tags(aws: Aws) -> None:
    own = api(aws, OWN)
    arn = f"arn:aws:apigateway:{aws.region}::/apis/{own}"
    held = aws.client("apigatewayv2", aws.create_user(allow_if("ResourceTag", *VERBS)))
    for call, arguments in (
        (held.create_route, {"ApiId": own, "RouteKey": "GET /"}),
        (held.create_integration, {"ApiId": own, "IntegrationType": "AWS_PROXY", "IntegrationUri": "uri"}),
        (held.create_stage, {"ApiId": own, "StageName": "more"}),
        (held.tag_resource, {"ResourceArn": arn, "Tags": OWN}),
    ):
        with pytest.raises(ClientError, match="apigateway:POST"):
            call(**arguments)
    free = aws.client("apigatewayv2", aws.create_user(allow_if("ResourceTag", *VERBS, test="StringEqualsIfExists")))
    route = free.create_route(ApiId=own, RouteKey="GET /")["RouteId"]
    free.get_route(ApiId=own, RouteId=route)
    free.tag_resource(ResourceArn=arn, Tags=OWN)
