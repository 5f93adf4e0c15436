"""HTTP APIs of the contract tests: created in front of a function, called with or without a signature."""

import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.support.localcloud.aws import ACCOUNT, Aws, Keys, unique_name

ROUTES = ("POST /jobs", "GET /jobs/{id}")


@dataclass(frozen=True)
class Api:
    """An HTTP API: its id, the endpoint that CreateApi returned, and the name of its function."""

    api_id: str
    endpoint: str
    function: str


@dataclass(frozen=True)
class Reply:
    """HTTP status and JSON body of a response."""

    status: int
    body: Any


def function_arn(aws: Aws, name: str) -> str:
    """Return the ARN of a function."""
    return f"arn:aws:lambda:{aws.region}:{ACCOUNT}:function:{name}"


def create_api(
    aws: Aws, source: str, *, permit: str | None = "*/*/*", function: str = "", qualifier: str = "", **stage: Any
) -> Api:
    """Create an API whose ROUTES invoke a function.

    Args:
        aws: The local cloud.
        source: Source of a new function, if `function` is empty.
        permit: Stage/method/route for which the function's policy allows the API; None allows none.
        function: Name of an existing function.
        qualifier: Version or alias of the existing function.
        stage: Settings of the stage.
    """
    client, function = aws.client("apigatewayv2"), function or aws.create_function(source)
    arn = function_arn(aws, function)
    api = client.create_api(Name=unique_name("api"), ProtocolType="HTTP")
    api_id = api["ApiId"]
    integration = client.create_integration(
        ApiId=api_id, IntegrationType="AWS_PROXY", IntegrationUri=f"{arn}:{qualifier}" if qualifier else arn,
        PayloadFormatVersion="2.0",
    )["IntegrationId"]  # fmt: skip
    for route in ROUTES:
        target = f"integrations/{integration}"
        client.create_route(ApiId=api_id, RouteKey=route, Target=target, AuthorizationType="AWS_IAM")
    client.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True, **stage)
    if permit:
        aws.client("lambda").add_permission(
            FunctionName=function, StatementId=f"api-{api_id}", Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:{aws.region}:{ACCOUNT}:{api_id}/{permit}",
            **({"Qualifier": qualifier} if qualifier else {}),
        )  # fmt: skip
    return Api(api_id, api["ApiEndpoint"], function)


def operator_keys(aws: Aws) -> Keys:
    """Return the keys of the cloud's operator."""
    variables = aws.cloud.environment()
    return Keys(variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"])


def send_request(
    aws: Aws,
    url: str,
    keys: Keys | None = None,
    method: str = "GET",
    body: bytes | None = None,
    content_type: str = "text/json",
) -> Reply:
    """Send a request, signed if there are keys."""
    signed = AWSRequest(method, url, data=body, headers={"Content-Type": content_type} if body else {})
    if keys:
        SigV4Auth(Credentials(keys.access, keys.secret), "execute-api", aws.region).add_auth(signed)
    request = urllib.request.Request(url, body, dict(signed.headers), method=method)
    context = ssl.create_default_context(cafile=aws.cloud.environment()["AWS_CA_BUNDLE"])
    try:
        with urllib.request.urlopen(request, context=context, timeout=20) as response:
            return Reply(response.status, json.load(response))
    except urllib.error.HTTPError as error:
        with error:
            return Reply(error.code, json.load(error))
