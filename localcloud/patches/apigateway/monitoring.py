"""Patches that add access logs and metrics of HTTP APIs."""

import re
import time
import uuid
from typing import Any

from ministack import app
from ministack.core.responses import get_account_id
from ministack.services import apigateway, cloudwatch, cloudwatch_logs

from localcloud.patches.cloud import Cloud
from localcloud.patches.registry import patch

NAMESPACE = "AWS/ApiGateway"

_VARIABLE = re.compile(r"\$context\.([A-Za-z.]*[A-Za-z])")


@patch("api_access_logs")
def apply_api_access_logs(_: Cloud) -> None:
    """Write a line for each request, including rejected ones, in the stage's format.

    AWS: writes a line for each request to the stage's log group (API Gateway Developer Guide, "Customize HTTP API
        access logs").
    ministack: writes no access logs.
    Upstream: could be offered.
    """
    handle = app._handle_execute_api_request

    async def handle_and_log(
        host: str, path: str, method: str, headers: dict[str, str], *rest: Any, **named: Any
    ) -> Any:
        start = time.time()
        response = await handle(host, path, method, headers, *rest, **named)
        url = app._parse_execute_api_url(host, path)
        if response is not None and url is not None:
            _log_request(url, method, headers, response, start)
        return response

    app._handle_execute_api_request = handle_and_log


@patch("api_metrics", after=["api_access_logs"])
def apply_api_metrics(_: Cloud) -> None:
    """Record metrics of each request.

    AWS: records Count, 4xx, 5xx, Latency and IntegrationLatency by ApiId, and by ApiId and Stage (API Gateway Developer
        Guide, "Monitor CloudWatch metrics for HTTP APIs"). Here IntegrationLatency equals Latency.
    ministack: records none.
    Upstream: could be offered.
    """
    handle = app._handle_execute_api_request

    async def handle_and_measure(host: str, path: str, *rest: Any, **named: Any) -> Any:
        start = time.monotonic()
        response = await handle(host, path, *rest, **named)
        url = app._parse_execute_api_url(host, path)
        if response is not None and url is not None:
            stage, _ = app._resolve_stage_and_path(*url)
            _record_request(url[0], stage, response[0], (time.monotonic() - start) * 1000)
        return response

    app._handle_execute_api_request = handle_and_measure


def _log_request(url: tuple[str, str, str], method: str, headers: dict[str, str], response: Any, start: float) -> None:
    api = url[0]
    stage_name, path = app._resolve_stage_and_path(*url)
    stage = apigateway._stages.get(api, {}).get(stage_name, {})
    settings = stage.get("accessLogSettings") or {}
    group = settings.get("destinationArn", "").split(":log-group:")[-1].removesuffix(":*")
    if group not in cloudwatch_logs._log_groups:
        return
    route = apigateway._match_route(api, method, path) or {}
    status, response_headers, body = response
    caller = (apigateway._iam_caller_identity_v2(headers, {}) or {}).get("userArn")
    values = {
        "accountId": get_account_id(),
        "apiId": api,
        "httpMethod": method,
        "identity.sourceIp": "127.0.0.1",
        "identity.userAgent": headers.get("user-agent", "-"),
        "identity.userArn": (caller if status != 403 else None) or "-",
        "path": path,
        "protocol": "HTTP/1.1",
        "requestId": response_headers.get("apigw-requestid") or str(uuid.uuid4()),
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(start)),
        "requestTimeEpoch": int(start * 1000),
        "responseLatency": int((time.time() - start) * 1000),
        "responseLength": len(body or b""),
        "routeKey": route.get("routeKey", "-"),
        "stage": stage_name,
        "status": status,
    }
    line = _VARIABLE.sub(lambda variable: str(values.get(variable[1], "-")), settings.get("format", ""))
    streams = cloudwatch_logs._log_groups[group]["streams"]
    stream = f"{api}-{stage_name.strip('$')}"
    if stream not in streams:
        cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": stream})
    now = int(time.time() * 1000)
    event = {"timestamp": int(start * 1000), "message": line, "ingestionTime": now}
    cloudwatch_logs._append_log_events(streams[stream], [event])


def _record_request(api: str, stage: str, status: int, milliseconds: float) -> None:
    values = [("Count", 1.0, "Count"), ("4xx", float(400 <= status < 500), "Count"),
              ("5xx", float(status >= 500), "Count"), ("Latency", milliseconds, "Milliseconds"),
              ("IntegrationLatency", milliseconds, "Milliseconds")]  # fmt: skip
    for dimensions in ({"ApiId": api}, {"ApiId": api, "Stage": stage}):
        for name, value, unit in values:
            cloudwatch.record_metric(NAMESPACE, name, value, unit, dimensions)
