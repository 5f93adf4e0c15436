"""The metrics that a handler has printed."""

import json


def measured(printed: str) -> dict[str, list[float]]:
    """Each metric's values by its name and, where it has other dimensions than the service, their values."""
    metrics: dict[str, list[float]] = {}
    for values in map(json.loads, printed.splitlines()):
        if "_aws" not in values:  # a line of the log
            continue
        (declared,) = values["_aws"]["CloudWatchMetrics"]
        (dimensions,) = declared["Dimensions"]
        path = [str(values[name]) for name in dimensions if name != "service"]
        for metric in declared["Metrics"]:
            metrics.setdefault("/".join([metric["Name"], *path]), []).extend(values[metric["Name"]])
    return metrics
