"""The metrics that a handler has printed in CloudWatch's embedded metric format."""

import json


def parse_metrics(printed: str) -> dict[str, list[float]]:
    """Return the values of each metric.

    The key is the metric's name, followed by the values of its dimensions other than the service: `name/value`.
    """
    metrics: dict[str, list[float]] = {}
    for values in map(json.loads, printed.splitlines()):
        if "_aws" not in values:  # a line of the log
            continue
        (directive,) = values["_aws"]["CloudWatchMetrics"]
        (dimensions,) = directive["Dimensions"]
        path = [str(values[name]) for name in dimensions if name != "service"]
        for metric in directive["Metrics"]:
            metrics.setdefault("/".join([metric["Name"], *path]), []).extend(values[metric["Name"]])
    return metrics
