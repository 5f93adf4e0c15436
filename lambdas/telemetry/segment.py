"""An image's segment: its part of a trace, sent to the daemon that Lambda runs beside a function."""

import json
import os
import socket
from time import time
from typing import Any

from pipeline.work_item import Image
from telemetry.outcome import Outcome
from telemetry.trace import Trace, segment_id

_HEADER = b'{"format":"json","version":1}\n'


def send(image: Image, ended: Outcome) -> None:
    """Send the segment of an image whose trace is kept. Never raises and never waits: a lost segment harms nobody.

    The X-Ray SDK's recorder cannot: within Lambda it knows only the trace of the call, which brings many images.
    """
    if image.trace is None or not image.trace.sampled:
        return
    host, _, port = os.environ.get("AWS_XRAY_DAEMON_ADDRESS", "").rpartition(":")
    if host and port.isdecimal():
        try:
            document = json.dumps(_document(image, image.trace, ended), separators=(",", ":")).encode()
            socket.inet_aton(host)  # it is a number; a name would have to be looked up, and that waits
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
                daemon.settimeout(0)
                daemon.sendto(_HEADER + document, (host, int(port)))
        except (OSError, OverflowError):
            pass


def _document(image: Image, trace: Trace, ended: Outcome) -> dict[str, Any]:
    """https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html, times in seconds."""
    steps = dict(image.steps.ended_at)  # a copy: the thread of an image that is late may still add to it
    annotations = {"id": image.id, "outcome": ended.outcome, "model": ended.model, "code": ended.code}
    document: dict[str, Any] = {
        "name": os.environ["POWERTOOLS_SERVICE_NAME"],
        "id": image.segment,
        "trace_id": trace.root,
        "start_time": image.began,
        "end_time": max(steps.values(), default=time()),
        "annotations": {key: value for key, value in annotations.items() if value is not None},
        "subsegments": [
            {"id": segment_id(), "name": step, "start_time": end - image.steps[step], "end_time": end}
            for step, end in steps.items()
        ],
    }
    if trace.parent:
        document["parent_id"] = trace.parent
    if ended.code:
        document["error" if ended.word == "Rejected" else "fault"] = True
    return document
