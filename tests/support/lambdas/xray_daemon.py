"""A daemon beside a traced call, which receives segments as the X-Ray daemon does."""

import json
import socket
from typing import Any

ROOT, PARENT = "1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8"
CALL = "1-00000000-000000000000000000000000"
SAMPLED_CALL = f"Root={CALL};Parent={PARENT};Sampled=1"


class XRayDaemon:
    """Listens at `address` until it is closed."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0)
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"

    def close(self) -> None:
        self._socket.close()

    def receive_segments(self) -> dict[str, dict[str, Any]]:
        """Return the segments that have come since the last call, by the id of the image."""
        segments: dict[str, dict[str, Any]] = {}
        while True:
            try:
                header, _, document = self._socket.recv(65536).decode().partition("\n")
            except BlockingIOError:
                return segments
            assert json.loads(header) == {"format": "json", "version": 1}
            segment = json.loads(document)
            segments[segment["annotations"]["id"]] = segment


def add_trace_header(event: dict[str, Any], header: str) -> dict[str, Any]:
    """Return the event with the trace header in each of its messages."""
    for record in event["Records"]:
        record["attributes"]["AWSTraceHeader"] = header
    return event
