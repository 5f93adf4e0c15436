"""The costs of images and of an environment, by line item."""

import math
from collections.abc import Mapping
from dataclasses import replace

from pipeline.sqs_limits import MAX_ENTRIES
from sluice.cost.prices import HOURS_PER_MONTH, get_price
from sluice.cost.usage import FixedResources, Usage

_POLLERS = 5  # Lambda's pollers of an idle queue
_POLL_SECONDS = 20
_JOB_IMAGES = 100  # images in a posted list
_JOB_TRANSITIONS = 5  # of a posted list: start, Name, Split, Map, Reduce


def price_queue(usage: Usage, images: float) -> Mapping[str, float]:
    """Return the costs in US dollars of images sent through the queues, without retries and cold starts.

    Args:
        usage: Usage of one image.
        images: Number of images.
    """
    calls = images / usage.batch
    requests = images / min(usage.batch, MAX_ENTRIES)
    return {
        "Lambda": _price_calls(usage, calls),
        # Each batch is sent, received and deleted, in both queues.
        "SQS": 3 * requests * (get_price("sqs", "standard_request") + get_price("sqs", "fifo_request")),
        **_price_telemetry(usage, images),
    }


def price_job(usage: Usage, images: float) -> Mapping[str, float]:
    """Return the costs in US dollars of images in posted lists of 100.

    Each image is one call, one state transition, one written object and two that are read.
    """
    return {
        "Lambda": images * _price_calls(replace(usage, batch=1), 1),
        "Step Functions": images * (1 + _JOB_TRANSITIONS / _JOB_IMAGES) * get_price("states", "transition"),
        "S3": images * (get_price("s3", "put") + 2 * get_price("s3", "get")),
        **_price_telemetry(usage, images),
    }


def price_month(resources: FixedResources) -> Mapping[str, float]:
    """Return the fixed monthly costs of an environment in US dollars, with metrics that are written in every hour."""
    polls = _POLLERS * HOURS_PER_MONTH * 3600 / _POLL_SECONDS
    return {
        "Lambda polling the queue": polls * get_price("sqs", "standard_request"),
        "metrics": resources.metrics * get_price("cloudwatch", "metric_month"),
        "alarms": resources.alarms * get_price("cloudwatch", "alarm_month"),
        "dashboard": resources.dashboards * get_price("cloudwatch", "dashboard_month"),
        "models, layers and state in S3": resources.bucket_gb * get_price("s3", "gb_month"),
    }


def price_polling() -> float:
    """Return the monthly cost in US dollars of Lambda polling an idle queue."""
    return price_month(FixedResources(0, 0, 0, 0))["Lambda polling the queue"]


def _price_calls(usage: Usage, calls: float) -> float:
    """Return the cost of calls: Lambda bills whole milliseconds of the memory, and each request."""
    seconds = math.ceil(round(usage.seconds * usage.batch * 1000, 6)) / 1000
    gigabytes = usage.memory / 1024
    return calls * (seconds * gigabytes * get_price("lambda", "gb_second") + get_price("lambda", "request"))


def _price_telemetry(usage: Usage, images: float) -> Mapping[str, float]:
    gigabytes = images * usage.log_bytes / 1e9
    months = usage.log_days / (HOURS_PER_MONTH / 24)
    return {
        "logs": gigabytes * (get_price("cloudwatch", "log_gb") + months * get_price("cloudwatch", "log_gb_month")),
        "traces": images * usage.traced * get_price("xray", "trace"),
    }
