"""Patch of the log lines of functions."""

import logging
import time
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch_logs, lambda_svc

from localcloud.patches.cloud import Cloud
from localcloud.patches.iam import service_role
from localcloud.patches.registry import patch
from localcloud.runtime.function import InvocationResult

logger = logging.getLogger("local-cloud")


@patch("function_logs")
def apply_function_logs(_: Cloud) -> None:
    """Write the lines of a function to one log stream for each sandbox.

    AWS: "Each execution environment writes to its own log stream", if the function's role allows it (Lambda Developer
        Guide, "Working with Lambda function logs").
    ministack: writes one log stream for each event, regardless of the role, and splits records of several lines.
    Upstream: not offered: specific to how the local cloud runs functions.
    """
    lambda_svc._emit_lambda_logs = lambda *_, **__: None  # write_lines writes them, with the time of each line


def get_log_group(config: dict[str, Any]) -> str:
    """Return the log group of a function: its LoggingConfig, or /aws/lambda/<name>."""
    return (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config['FunctionName']}"


def write_lines(config: dict[str, Any], result: InvocationResult) -> None:
    """Append the lines of an invocation to its sandbox's log stream, as far as the function's role allows it."""
    group, role = get_log_group(config), config["Role"]
    arn = f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{group}"
    stream_arn = f"{arn}:log-stream:{result.stream}"
    if not result.lines or not _is_allowed(role, "PutLogEvents", stream_arn):
        return
    if group not in cloudwatch_logs._log_groups:
        if not _is_allowed(role, "CreateLogGroup", arn):
            return
        cloudwatch_logs._create_log_group({"logGroupName": group})
    streams = cloudwatch_logs._log_groups[group]["streams"]
    if result.stream not in streams:
        if not _is_allowed(role, "CreateLogStream", stream_arn):
            return
        cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": result.stream})
    now = int(time.time() * 1000)
    events = [{"timestamp": line.time, "message": line.text, "ingestionTime": now} for line in result.lines]
    cloudwatch_logs._append_log_events(streams[result.stream], events)
    cloudwatch_logs._fanout_to_subscription_filters(group, result.stream, events)


def _is_allowed(role: str, action: str, resource: str) -> bool:
    allowed = service_role.is_allowed(role, "lambda.amazonaws.com", f"logs:{action}", resource)
    if not allowed:
        logger.warning("Log lines are dropped: the role %s lacks logs:%s on %s", role, action, resource)
    return allowed
