"""AWS writes a function's lines to one log stream a sandbox, if its role lets it; ministack to one an event, always."""

import logging
import time
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch_logs, lambda_svc

from localcloud.patches import service_role
from localcloud.patches.cloud import Cloud
from localcloud.runtime.function import InvocationResult

logger = logging.getLogger("local-cloud")


def apply(_: Cloud) -> None:
    lambda_svc._emit_lambda_logs = lambda *_, **__: None  # write() has done it, with the lines' own times


def group(config: dict[str, Any]) -> str:
    """The log group of a function: its own setting or /aws/lambda/<name>."""
    return (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config['FunctionName']}"


def write(config: dict[str, Any], outcome: InvocationResult) -> None:
    """Append the lines of an event to its sandbox's stream."""
    name, role = group(config), config["Role"]
    arn = f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{name}"
    if not outcome.lines or not _may(role, "PutLogEvents", f"{arn}:log-stream:{outcome.stream}"):
        return
    if name not in cloudwatch_logs._log_groups:
        if not _may(role, "CreateLogGroup", arn):
            return
        cloudwatch_logs._create_log_group({"logGroupName": name})
    streams = cloudwatch_logs._log_groups[name]["streams"]
    if outcome.stream not in streams:
        if not _may(role, "CreateLogStream", f"{arn}:log-stream:{outcome.stream}"):
            return
        cloudwatch_logs._create_log_stream({"logGroupName": name, "logStreamName": outcome.stream})
    now = int(time.time() * 1000)
    events = [{"timestamp": line.time, "message": line.text, "ingestionTime": now} for line in outcome.lines]
    cloudwatch_logs._append_log_events(streams[outcome.stream], events)
    cloudwatch_logs._fanout_to_subscription_filters(name, outcome.stream, events)


def _may(role: str, action: str, resource: str) -> bool:
    allowed = service_role.allows(role, "lambda.amazonaws.com", f"logs:{action}", resource)
    if not allowed:
        logger.warning("a function's lines are lost: its role %s lacks logs:%s on %s", role, action, resource)
    return allowed
