"""Metrics with the dimension `model` and no other, so that a model costs the same however many functions run it."""

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit


class ByModel:
    """Metrics of several models, written when they are flushed: one line a model."""

    def __init__(self) -> None:
        self._metrics: dict[str, EphemeralMetrics] = {}

    def add(self, model: str, name: str, value: float, unit: MetricUnit = MetricUnit.Count) -> None:
        if model not in self._metrics:
            # An empty service keeps Powertools from adding its own dimension.
            self._metrics[model] = EphemeralMetrics(dimension_set={"model": model}, service="")
        self._metrics[model].add_metric(name, unit, value)

    def flush(self) -> None:
        for metrics in self._metrics.values():
            if metrics.metric_set:  # the hundredth value of a metric writes them, too
                metrics.flush_metrics()
        self._metrics.clear()
