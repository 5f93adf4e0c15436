"""Extracts metrics from log lines (CloudWatch User Guide, "Specification: Embedded metric format")."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from localcloud.engines.cloudwatch.distribution import Distribution
from localcloud.engines.cloudwatch.store import Metric

MARK = '"_aws"'
MAX_DIMENSIONS = 30
MAX_VALUES = 100


@dataclass(frozen=True)
class MetricSamples:
    """Samples of one metric; `timestamp` is in seconds since the epoch."""

    metric: Metric
    samples: Distribution
    unit: str
    timestamp: float


def parse_log_line(line: str) -> list[MetricSamples]:
    """Extract the metrics of a log line; none if CloudWatch would ignore it."""
    if MARK not in line:
        return []
    try:
        document = json.loads(line)
        metadata = document["_aws"]
        return [samples for directive in metadata["CloudWatchMetrics"]
                for samples in _parse_directive(document, directive, metadata["Timestamp"] / 1000)]  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def _parse_directive(document: dict[str, Any], directive: dict[str, Any], timestamp: float) -> Iterator[MetricSamples]:
    for names in directive.get("Dimensions") or [[]]:
        if len(names) > MAX_DIMENSIONS or not all(isinstance(document.get(name), str) for name in names):
            continue
        for definition in directive["Metrics"]:
            samples = _parse_samples(document.get(definition["Name"]))
            if samples is not None:
                dimensions = {name: document[name] for name in names}
                metric = Metric.from_dimensions(directive["Namespace"], definition["Name"], dimensions)
                yield MetricSamples(metric, samples, definition.get("Unit", "None"), timestamp)


def _parse_samples(target: Any) -> Distribution | None:
    """Parse a number or a list of numbers; None if it is invalid."""
    values = target if isinstance(target, list) else [target]
    if not values or len(values) > MAX_VALUES:
        return None
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return None
    return Distribution.merge(Distribution.from_counts({float(value): 1.0}) for value in values)
