"""What an environment's images took, as CloudWatch counted it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sluice.cost.usage import Standing, Usage, recorded, standing
from sluice.environment import log_group
from sluice.status.metrics import Metric, sum_metrics

_LEAST = 100  # images of which an average tells something


def usage(cloudwatch: Any, functions: Any, name: str, worker: str, days: int) -> Usage | None:
    """Of the function `worker` over the last days, under the environment's `name`; None of fewer than 100 images.

    What AWS did not measure, as the local cloud does not measure log bytes, is as recorded.
    """
    counts = {
        "predicted": Metric("Sluice", "Predictions", "service", worker),
        "rejected": Metric("Sluice", "Rejections", "service", worker),
        "calls": Metric("AWS/Lambda", "Invocations", "FunctionName", worker),
        "milliseconds": Metric("AWS/Lambda", "Duration", "FunctionName", worker),
        "log_bytes": Metric("AWS/Logs", "IncomingBytes", "LogGroupName", log_group(worker)),
    }
    total = sum_metrics(cloudwatch, counts, timedelta(days=days))
    ended, calls = total["predicted"] + total["rejected"], total["calls"]
    if ended < _LEAST or not calls or not total["milliseconds"]:
        return None
    settings = functions.get_function_configuration(FunctionName=worker, Qualifier="live")
    return Usage(
        name=name,
        seconds=total["milliseconds"] / 1000 / ended,
        memory=settings["MemorySize"],
        batch=max(1.0, ended / calls),
        log_bytes=total["log_bytes"] / ended or recorded()[0].log_bytes,
    )


def standing_here(cloudwatch: Any, prefix: str) -> Standing:
    """The metrics and alarms that there are for functions and alarms of this prefix."""
    metrics = alarms = 0
    for page in cloudwatch.get_paginator("list_metrics").paginate(Namespace="Sluice"):
        metrics += sum(_ours(metric, prefix) for metric in page["Metrics"])
    for page in cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=prefix):
        alarms += sum(max(1, len(alarm.get("Metrics", []))) for alarm in page["MetricAlarms"])
    return standing(metrics=metrics, alarms=alarms)


def _ours(metric: Mapping[str, Any], prefix: str) -> bool:
    services = [each["Value"] for each in metric["Dimensions"] if each["Name"] == "service"]
    return not services or services[0].startswith(prefix)
