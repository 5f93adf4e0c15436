"""An alarm keeps all that it was made of; ministack forgets metric math and makes up a statistic and a period."""

from typing import Any

from ministack.services import cloudwatch

from localcloud.patches import cloudwatch_protocol
from localcloud.patches.cloud import Cloud
from localcloud.patches.cloudwatch_protocol import Protocol

FORGOTTEN = ("Metrics", "ThresholdMetricId", "EvaluateLowSampleCountPercentile", "InsufficientDataActions")
MADE_UP = ("Statistic", "Period")


def apply(_: Cloud) -> None:
    put = cloudwatch._put_metric_alarm

    def kept(params: Any, data: Any, is_cbor: bool, is_json: bool = False) -> Any:  # noqa: FBT001, FBT002 # ministack's
        answer = put(params, data, is_cbor, is_json)
        request = cloudwatch_protocol.request(params, data, Protocol(is_cbor, is_json))
        alarm = cloudwatch._alarms.get(request.get("AlarmName"))
        if answer[0] == 200 and alarm is not None:
            alarm.update({name: request[name] for name in FORGOTTEN if request.get(name)})
            alarm["Metrics"] = [_typed(query) for query in alarm.get("Metrics", [])] or None
            for name in MADE_UP:
                if name not in request:
                    alarm[name] = None
        return answer

    cloudwatch._put_metric_alarm = kept


def _typed(query: dict[str, Any]) -> dict[str, Any]:
    """A query as it is stored, whatever protocol brought it."""
    made = {**query, "ReturnData": cloudwatch_protocol.true(query.get("ReturnData"), default=True)}
    if "MetricStat" in made:
        made["MetricStat"] = {**made["MetricStat"], "Period": int(made["MetricStat"]["Period"])}
    if "Period" in made:
        made["Period"] = int(made["Period"])
    return made
