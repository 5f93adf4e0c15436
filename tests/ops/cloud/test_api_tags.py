"""An API's tags as conditions: Service Authorization Reference, "Amazon API Gateway Management V2"."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.ops.cloud.aws import Aws, allow

OWN, OTHER = {"Environment": "own"}, {"Environment": "other"}


def allow_if(key: str, *actions: str) -> dict[str, Any]:
    return {**allow(*actions), "Condition": {"StringEquals": {f"aws:{key}/Environment": "own"}}}


def test_an_api_is_made_with_the_tags_that_one_may_give(aws: Aws) -> None:
    client = aws.client("apigatewayv2", aws.user(allow_if("RequestTag", "apigateway:POST")))
    client.create_api(Name="own", ProtocolType="HTTP", Tags=OWN)
    for tags in (OTHER, {}):
        with pytest.raises(ClientError, match="apigateway:POST"):
            client.create_api(Name="other", ProtocolType="HTTP", Tags=tags)


def test_an_apis_tags_hold_for_what_belongs_to_it(aws: Aws) -> None:
    everything = aws.client("apigatewayv2")
    own, other = (everything.create_api(Name="a", ProtocolType="HTTP", Tags=tags)["ApiId"] for tags in (OWN, OTHER))
    verbs = [f"apigateway:{verb}" for verb in ("GET", "POST", "DELETE")]
    client = aws.client("apigatewayv2", aws.user(allow_if("ResourceTag", *verbs)))
    route = client.create_route(ApiId=own, RouteKey="GET /")["RouteId"]
    client.get_route(ApiId=own, RouteId=route)
    for method, more in {"create_route": {"RouteKey": "GET /"}, "get_api": {}, "delete_api": {}}.items():
        with pytest.raises(ClientError, match="apigateway:"):
            getattr(client, method)(ApiId=other, **more)
    client.delete_api(ApiId=own)
