"""An HTTP API's stage writes a line for each request, refused ones too, in its own format; ministack writes none."""

import re
import time
import uuid
from typing import Any

from ministack import app
from ministack.core.responses import get_account_id
from ministack.services import apigateway, cloudwatch_logs

from localcloud.patches.cloud import Cloud

VARIABLE = re.compile(r"\$context\.([A-Za-z.]*[A-Za-z])")


def apply(_: Cloud) -> None:
    handle = app._handle_execute_api_request

    async def handled(host: str, path: str, method: str, headers: dict[str, str], *rest: Any, **named: Any) -> Any:
        began = time.time()
        answer = await handle(host, path, method, headers, *rest, **named)
        called = app._parse_execute_api_url(host, path)
        if answer is not None and called is not None:
            _log(called, method, headers, answer, began)
        return answer

    app._handle_execute_api_request = handled


def _log(called: tuple[str, str, str], method: str, headers: dict[str, str], answer: Any, began: float) -> None:
    api = called[0]
    stage_name, path = app._resolve_stage_and_path(*called)
    stage = apigateway._stages.get(api, {}).get(stage_name, {})
    settings = stage.get("accessLogSettings") or {}
    group = settings.get("destinationArn", "").split(":log-group:")[-1].removesuffix(":*")
    if group not in cloudwatch_logs._log_groups:
        return
    route = apigateway._match_route(api, method, path) or {}
    status, sent, body = answer
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
        "requestId": sent.get("apigw-requestid") or str(uuid.uuid4()),
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(began)),
        "requestTimeEpoch": int(began * 1000),
        "responseLatency": int((time.time() - began) * 1000),
        "responseLength": len(body or b""),
        "routeKey": route.get("routeKey", "-"),
        "stage": stage_name,
        "status": status,
    }
    line = VARIABLE.sub(lambda variable: str(values.get(variable[1], "-")), settings.get("format", ""))
    streams = cloudwatch_logs._log_groups[group]["streams"]
    stream = f"{api}-{stage_name.strip('$')}"
    if stream not in streams:
        cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": stream})
    now = int(time.time() * 1000)
    event = {"timestamp": int(began * 1000), "message": line, "ingestionTime": now}
    cloudwatch_logs._append_log_events(streams[stream], [event])
