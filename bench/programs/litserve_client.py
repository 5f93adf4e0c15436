"""Send an event's images to a LitServe server of its own: one HTTP request per image, all at once.

The server has the competitor's processors to itself. The client runs on the others, as SQS's poller would.
"""

import json
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
CONCURRENT = 10


class Client:
    """Starts the server and sends requests to it."""

    def __init__(self) -> None:
        with socket.create_server((HOST, 0)) as free:
            self._port = free.getsockname()[1]
        self._server = subprocess.Popen([sys.executable, Path(__file__).with_name("litserve_api.py"), str(self._port)])  # noqa: S603
        if others := set(range(os.cpu_count() or 1)) - os.sched_getaffinity(0):
            os.sched_setaffinity(0, others)
        self._pool = ThreadPoolExecutor(CONCURRENT)
        while not self._is_up():
            if self._server.poll() is not None:
                raise RuntimeError("LitServe exited during its start.")
            time.sleep(0.05)

    def classify(self, event: dict[str, Any], _context: object) -> list[str]:
        """Request the best label of each record's image."""
        return list(self._pool.map(self._get_label, [record["body"] for record in event["Records"]]))

    def _get_label(self, url: str) -> str:
        reply = self._request("POST", "/predict", json.dumps({"url": url}))
        label: str = json.loads(reply)["labels"][0][0]
        return label

    def _is_up(self) -> bool:
        try:
            self._request("GET", "/health")
        except (OSError, ValueError):
            return False
        return True

    def _request(self, method: str, path: str, body: str | None = None) -> bytes:
        connection = HTTPConnection(HOST, self._port)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            reply = connection.getresponse()
            content = reply.read()
        finally:
            connection.close()
        if reply.status != 200:
            raise ValueError(f"LitServe returned status {reply.status}: {content[:200]!r}")
        return content


handler = Client().classify
