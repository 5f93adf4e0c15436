"""HTTP APIs of the contract tests: made in front of a function, called with and without a signature."""

import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.support.localcloud.aws import ACCOUNT, Aws, Keys, unique

ROUTES = ("POST /jobs", "GET /jobs/{id}")


@dataclass(frozen=True)
class Api:
    """An API as it was made; `endpoint` as CreateApi told it."""

    identity: str
    endpoint: str
    function: str


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any


def function_arn(aws: Aws, name: str) -> str:
    return f"arn:aws:lambda:{aws.region}:{ACCOUNT}:function:{name}"


def create(
    aws: Aws, source: str, *, permit: str | None = "*/*/*", function: str = "", qualifier: str = "", **stage: Any
) -> Api:
    """An API whose ROUTES call a new function; `permit`: for which stage/method/route the function's policy lets it.

    With `function` and `qualifier` they call that version or alias of a function that is there.
    """
    client, function = aws.client("apigatewayv2"), function or aws.function(source)
    uri, named = (f"{function_arn(aws, function)}:{qualifier}", {"Qualifier": qualifier}) if qualifier else (
        function_arn(aws, function), {}
    )  # fmt: skip
    made = client.create_api(Name=unique("api"), ProtocolType="HTTP")
    identity = made["ApiId"]
    integration = client.create_integration(
        ApiId=identity, IntegrationType="AWS_PROXY", IntegrationUri=uri,
        PayloadFormatVersion="2.0",
    )["IntegrationId"]  # fmt: skip
    for route in ROUTES:
        client.create_route(
            ApiId=identity, RouteKey=route, Target=f"integrations/{integration}", AuthorizationType="AWS_IAM"
        )
    client.create_stage(ApiId=identity, StageName="$default", AutoDeploy=True, **stage)
    if permit:
        aws.client("lambda").add_permission(
            FunctionName=function, StatementId=f"api-{identity}", Action="lambda:InvokeFunction", **named,
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:{aws.region}:{ACCOUNT}:{identity}/{permit}",
        )  # fmt: skip
    return Api(identity, made["ApiEndpoint"], function)


def operator(aws: Aws) -> Keys:
    given = aws.cloud.environment()
    return Keys(given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"])


def request(
    aws: Aws,
    url: str,
    keys: Keys | None = None,
    method: str = "GET",
    body: bytes | None = None,
    kind: str = "text/json",
) -> Reply:
    """Send a request, signed by `keys` if there are any."""
    prepared = AWSRequest(method, url, data=body, headers={"Content-Type": kind} if body else {})
    if keys:
        SigV4Auth(Credentials(keys.access, keys.secret), "execute-api", aws.region).add_auth(prepared)
    sent = urllib.request.Request(url, body, dict(prepared.headers), method=method)
    trust = ssl.create_default_context(cafile=aws.cloud.environment()["AWS_CA_BUNDLE"])
    try:
        with urllib.request.urlopen(sent, context=trust, timeout=20) as answer:
            return Reply(answer.status, json.load(answer))
    except urllib.error.HTTPError as refusal:
        with refusal:
            return Reply(refusal.code, json.load(refusal))
