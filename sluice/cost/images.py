"""What so many images cost, line by line, and what an environment costs each month without any."""

import math
from collections.abc import Mapping

from sluice.cost.prices import HOURS, price
from sluice.cost.usage import Standing, Usage

_SQS_BATCH = 10  # messages a request, however large the worker's batches are
_POLLERS = 5  # what Lambda keeps at an idle queue, each looking for 20 seconds
_POLL_SECONDS = 20
_JOB = 100  # images of a posted list
_JOB_STATES = 5  # Name, Split, Map, Reduce and the start


def queue(usage: Usage, images: float) -> Mapping[str, float]:
    """Dollars by what they are paid for, from queue to queue, without faults or cold starts."""
    calls = images / usage.batch
    requests = images / min(usage.batch, _SQS_BATCH)
    return {
        "Lambda": _function(usage, calls),
        "SQS": 3 * requests * price("sqs", "standard_request")  # sent, received, deleted, all in batches
        + 3 * requests * price("sqs", "fifo_request"),
        **_sight(usage, images),
    }


def job(usage: Usage, images: float) -> Mapping[str, float]:
    """The same for posted lists of a hundred: an image is one call, one state, one object written and two read."""
    return {
        "Lambda": images * _function(_alone(usage), 1),
        "Step Functions": images * (1 + _JOB_STATES / _JOB) * price("states", "transition"),
        "S3": images * (price("s3", "put") + 2 * price("s3", "get")),
        **_sight(usage, images),
    }


def month(standing: Standing) -> Mapping[str, float]:
    """Dollars that an environment costs a month, whatever it does; metrics only if it works in every hour."""
    looks = _POLLERS * HOURS * 3600 / _POLL_SECONDS
    return {
        "Lambda's looks into the queue": looks * price("sqs", "standard_request"),
        "metrics": standing.metrics * price("cloudwatch", "metric_month"),
        "alarms": standing.alarms * price("cloudwatch", "alarm_month"),
        "dashboard": standing.dashboards * price("cloudwatch", "dashboard_month"),
        "models, layers and state in S3": standing.bucket_gb * price("s3", "gb_month"),
    }


def idle() -> float:
    """Dollars a month that only waiting costs."""
    return month(Standing(0, 0, 0, 0))["Lambda's looks into the queue"]


def _function(usage: Usage, calls: float) -> float:
    """Whole milliseconds of the memory, and the calls."""
    seconds = math.ceil(round(usage.seconds * usage.batch * 1000, 6)) / 1000
    return calls * (seconds * usage.memory / 1024 * price("lambda", "gb_second") + price("lambda", "request"))


def _alone(usage: Usage) -> Usage:
    return Usage(usage.name, usage.seconds, usage.memory, 1)


def _sight(usage: Usage, images: float) -> Mapping[str, float]:
    """What is told of each image."""
    gigabytes = images * usage.log_bytes / 1e9
    kept = usage.log_days / (HOURS / 24)
    return {
        "logs": gigabytes * (price("cloudwatch", "log_gb") + kept * price("cloudwatch", "log_gb_month")),
        "traces": images * usage.traced * price("xray", "trace"),
    }
