"""An HTTP API counts its requests and measures them; ministack measures nothing.

"Monitor CloudWatch metrics for HTTP APIs": Count, 4xx, 5xx, Latency and IntegrationLatency in AWS/ApiGateway, by ApiId
and by ApiId and Stage. IntegrationLatency is here the same as Latency.
"""

import time
from typing import Any

from ministack import app
from ministack.services import cloudwatch

from localcloud.patches.cloud import Cloud

NAMESPACE = "AWS/ApiGateway"


def apply(_: Cloud) -> None:
    handle = app._handle_execute_api_request

    async def handled(host: str, path: str, *rest: Any, **named: Any) -> Any:
        began = time.monotonic()
        answer = await handle(host, path, *rest, **named)
        called = app._parse_execute_api_url(host, path)
        if answer is not None and called is not None:
            stage, _ = app._resolve_stage_and_path(*called)
            _count(called[0], stage, answer[0], (time.monotonic() - began) * 1000)
        return answer

    app._handle_execute_api_request = handled


def _count(api: str, stage: str, status: int, milliseconds: float) -> None:
    values = [("Count", 1.0, "Count"), ("4xx", float(400 <= status < 500), "Count"),
              ("5xx", float(status >= 500), "Count"), ("Latency", milliseconds, "Milliseconds"),
              ("IntegrationLatency", milliseconds, "Milliseconds")]  # fmt: skip
    for dimensions in ({"ApiId": api}, {"ApiId": api, "Stage": stage}):
        for name, value, unit in values:
            cloudwatch.record_metric(NAMESPACE, name, value, unit, dimensions)
