"""CloudWatch reads metrics out of log lines in the embedded metric format; ministack only keeps the lines."""

from typing import Any

from ministack.services import cloudwatch_logs

from localcloud.engines.cloudwatch import embedded_metrics
from localcloud.patches import metric_data
from localcloud.patches.cloud import Cloud


def apply(_: Cloud) -> None:
    append = cloudwatch_logs._append_log_events

    def appended(stream: dict[str, Any], events: list[dict[str, Any]]) -> None:
        append(stream, events)
        for event in events:
            for found in embedded_metrics.parse_log_line(event["message"]):
                metric_data.store().add(found.metric, found.samples, found.unit, found.timestamp)

    cloudwatch_logs._append_log_events = appended
