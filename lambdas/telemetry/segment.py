"""The segment of one image in a trace, sent to the X-Ray daemon that Lambda runs beside a function."""

import json
import os
import socket
from time import time
from typing import Any

from telemetry.outcome import Outcome
from telemetry.trace import Trace, new_segment_id
from telemetry.work_item import WorkItem

_HEADER = b'{"format":"json","version":1}\n'


def send_segment(item: WorkItem, outcome: Outcome) -> None:
    """Send the segment of an image if its trace is sampled.

    Never raises and never waits: losing a segment is better than delaying an image. The X-Ray SDK is no alternative,
    because inside Lambda it only knows the trace of the call, and one call processes many images.
    """
    if item.trace is None or not item.trace.sampled:
        return
    host, _, port = os.environ.get("AWS_XRAY_DAEMON_ADDRESS", "").rpartition(":")
    if host and port.isdecimal():
        try:
            document = json.dumps(_document(item, item.trace, outcome), separators=(",", ":")).encode()
            socket.inet_aton(host)  # refuses host names, because resolving one would wait
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
                daemon.settimeout(0)
                daemon.sendto(_HEADER + document, (host, int(port)))
        except (OSError, OverflowError):
            pass


def _document(item: WorkItem, trace: Trace, outcome: Outcome) -> dict[str, Any]:
    """https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html, times in seconds."""
    ended = dict(item.timings.ended_at)  # a copy, because the thread of a late image may still add to it
    annotations = {"id": item.id, "outcome": outcome.annotation, "model": outcome.model, "code": outcome.code}
    document: dict[str, Any] = {
        "name": os.environ["POWERTOOLS_SERVICE_NAME"],
        "id": item.segment_id,
        "trace_id": trace.root,
        "start_time": item.started,
        "end_time": max(ended.values(), default=time()),
        "annotations": {key: value for key, value in annotations.items() if value is not None},
        "subsegments": [
            {"id": new_segment_id(), "name": stage, "start_time": end - item.timings[stage], "end_time": end}
            for stage, end in ended.items()
        ],
    }
    if trace.parent:
        document["parent_id"] = trace.parent
    if outcome.code:
        document["error" if outcome.message == "Rejected" else "fault"] = True
    return document
