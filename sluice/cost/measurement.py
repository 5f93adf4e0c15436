"""Measure an environment's usage with the metrics of CloudWatch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sluice.cost.usage import FixedResources, Usage, recorded_resources, recorded_usages
from sluice.environment import Environment, build_log_group_name
from sluice.errors import SluiceError, convert_error
from sluice.status.metrics import Metric, read_metric_sums

_MIN_IMAGES = 100  # an average of fewer is too inaccurate


@dataclass(frozen=True)
class Measurement:
    """The usage to price. `problem` is the reason if it could not be measured and the benchmark's is used instead."""

    usages: Sequence[Usage]
    resources: FixedResources
    problem: str | None = None


def measure(environment: str, days: int) -> Measurement:
    """Measure an environment, or return the benchmark's usage if that is not possible.

    Args:
        environment: Name of the environment.
        days: Number of days to measure, until now.
    """
    try:
        return _measure(Environment.open(environment), days)
    except (SluiceError, BotoCoreError, ClientError) as error:
        return Measurement(recorded_usages(), recorded_resources(), str(convert_error(error)))


def measure_usage(cloudwatch: Any, lambda_client: Any, name: str, worker: str, days: int) -> Usage | None:
    """Return the average usage of an image in the function `worker`.

    Args:
        cloudwatch: boto3's CloudWatch client.
        lambda_client: boto3's Lambda client.
        name: Name of the environment.
        worker: Name of the worker's function.
        days: Number of days to measure, until now.

    Returns:
        The usage; None if fewer than 100 images were processed. Log bytes are those of the benchmark where
        CloudWatch does not count them, as on the local cloud.
    """
    counts = {
        "predicted": Metric("Sluice", "Predictions", "service", worker),
        "rejected": Metric("Sluice", "Rejections", "service", worker),
        "calls": Metric("AWS/Lambda", "Invocations", "FunctionName", worker),
        "milliseconds": Metric("AWS/Lambda", "Duration", "FunctionName", worker),
        "log_bytes": Metric("AWS/Logs", "IncomingBytes", "LogGroupName", build_log_group_name(worker)),
    }
    sums = read_metric_sums(cloudwatch, counts, timedelta(days=days))
    images, calls = sums["predicted"] + sums["rejected"], sums["calls"]
    if images < _MIN_IMAGES or not calls or not sums["milliseconds"]:
        return None
    settings = lambda_client.get_function_configuration(FunctionName=worker, Qualifier="live")
    return Usage(
        name=name,
        seconds=sums["milliseconds"] / 1000 / images,
        memory=settings["MemorySize"],
        batch=max(1.0, images / calls),
        log_bytes=sums["log_bytes"] / images or recorded_usages()[0].log_bytes,
    )


def count_resources(cloudwatch: Any, prefix: str) -> FixedResources:
    """Return the fixed resources of an environment, with the metrics and alarms whose names have its prefix."""
    metrics = alarms = 0
    for page in cloudwatch.get_paginator("list_metrics").paginate(Namespace="Sluice"):
        metrics += sum(_belongs_to(metric, prefix) for metric in page["Metrics"])
    for page in cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=prefix):
        # CloudWatch bills an alarm on an expression by its metrics.
        alarms += sum(max(1, len(alarm.get("Metrics", []))) for alarm in page["MetricAlarms"])
    return recorded_resources(metrics=metrics, alarms=alarms)


def _measure(environment: Environment, days: int) -> Measurement:
    worker = environment.output("functions")["worker"]
    cloudwatch = environment.client("cloudwatch")
    usage = measure_usage(cloudwatch, environment.client("lambda"), environment.name, worker, days)
    if usage is None:
        raise SluiceError(f"fewer than 100 images were answered in the last {days} days.")
    return Measurement([usage], count_resources(cloudwatch, worker.removesuffix("worker")))


def _belongs_to(metric: Mapping[str, Any], prefix: str) -> bool:
    services = [dimension["Value"] for dimension in metric["Dimensions"] if dimension["Name"] == "service"]
    return not services or services[0].startswith(prefix)
