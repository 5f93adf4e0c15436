"""What an environment's images took, as CloudWatch counted it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ops.cost.usage import Standing, Usage, recorded, standing
from ops.dead.logs import group

_ENDED = ("Predictions", "Rejections")
_LEAST = 100  # images of which an average tells something


def usage(cloudwatch: Any, functions: Any, name: str, worker: str, days: int) -> Usage | None:
    """Of the function `worker` over the last days, under the environment's `name`; None of fewer than 100 images.

    What AWS did not measure, as the local cloud does not measure log bytes, is as recorded.
    """

    def total(namespace: str, metric: str, **dimensions: str) -> float:
        return _sum(cloudwatch, days, namespace, metric, dimensions)

    ended = sum(total("Sluice", metric, service=worker) for metric in _ENDED)
    calls = total("AWS/Lambda", "Invocations", FunctionName=worker)
    milliseconds = total("AWS/Lambda", "Duration", FunctionName=worker)
    if ended < _LEAST or not calls or not milliseconds:
        return None
    settings = functions.get_function_configuration(FunctionName=worker, Qualifier="live")
    log_bytes = total("AWS/Logs", "IncomingBytes", LogGroupName=group(worker))
    return Usage(
        name=name,
        seconds=milliseconds / 1000 / ended,
        memory=settings["MemorySize"],
        batch=max(1.0, ended / calls),
        log_bytes=log_bytes / ended if log_bytes else recorded()[0].log_bytes,
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


def _sum(cloudwatch: Any, days: int, namespace: str, metric: str, dimensions: Mapping[str, str]) -> float:
    until = datetime.now(UTC)
    told = cloudwatch.get_metric_statistics(
        Namespace=namespace,
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=until - timedelta(days=days),
        EndTime=until + timedelta(minutes=1),
        Period=86_400,
        Statistics=["Sum"],
    )
    return float(sum(point["Sum"] for point in told["Datapoints"]))
