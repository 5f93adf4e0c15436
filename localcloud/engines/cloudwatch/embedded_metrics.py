"""Reads metrics out of a log line: "Specification: Embedded metric format"."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from localcloud.engines.cloudwatch.distribution import Distribution
from localcloud.engines.cloudwatch.store import Metric

MARK = '"_aws"'
DIMENSIONS = 30
VALUES = 100


@dataclass(frozen=True)
class MetricSamples:
    """Samples of one metric; `at` in seconds since the epoch."""

    metric: Metric
    samples: Distribution
    unit: str
    timestamp: float


def parse_log_line(line: str) -> list[MetricSamples]:
    """The metrics of a line; none when it is no document of that format, or one that CloudWatch would pass over."""
    if MARK not in line:
        return []
    try:
        document = json.loads(line)
        metadata = document["_aws"]
        return [found for directive in metadata["CloudWatchMetrics"]
                for found in _directive(document, directive, metadata["Timestamp"] / 1000)]  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def _directive(document: dict[str, Any], directive: dict[str, Any], at: float) -> Iterator[MetricSamples]:
    for names in directive.get("Dimensions") or [[]]:
        if len(names) > DIMENSIONS or not all(isinstance(document.get(name), str) for name in names):
            continue
        for defined in directive["Metrics"]:
            samples = _samples(document.get(defined["Name"]))
            if samples is not None:
                dimensions = {name: document[name] for name in names}
                metric = Metric.from_dimensions(directive["Namespace"], defined["Name"], dimensions)
                yield MetricSamples(metric, samples, defined.get("Unit", "None"), at)


def _samples(target: Any) -> Distribution | None:
    """A number or up to a hundred of them."""
    values = target if isinstance(target, list) else [target]
    if not values or len(values) > VALUES:
        return None
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return None
    return Distribution.merge(Distribution.from_counts({float(value): 1.0}) for value in values)
