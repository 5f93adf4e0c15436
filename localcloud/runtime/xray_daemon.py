"""Receives segment documents as the X-Ray daemon does; each sandbox has its own UDP socket, which identifies it."""

import contextlib
import json
import socket
import threading
from collections.abc import Callable

MAX_DATAGRAM_BYTES = 65_535
RECEIVE_BUFFER_BYTES = 4 << 20
DocumentHandler = Callable[[str], None]


class XRayDaemon:
    """Listens until it is stopped and passes the document of each datagram to `on_document`.

    A datagram is the header line {"format": "json", "version": 1} and a document (X-Ray Developer Guide, "Sending
    segment documents to the X-Ray daemon"). Datagrams without this header are ignored.

    Attributes:
        address: The socket's host:port.
    """

    def __init__(self, on_document: DocumentHandler) -> None:
        self._on_document = on_document
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        # A function that handles a batch sends all its segments at once.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        self._socket.bind(("127.0.0.1", 0))
        host, port = self._socket.getsockname()
        self.address = f"{host}:{port}"
        threading.Thread(target=self._listen, name="xray-daemon", daemon=True).start()

    def stop(self) -> None:
        """Stop listening after all datagrams that have arrived are processed."""
        with contextlib.suppress(OSError):
            self._socket.sendto(b"", self._socket.getsockname())

    def _listen(self) -> None:
        with self._socket:
            while datagram := self._socket.recv(MAX_DATAGRAM_BYTES):
                if document := _extract_document(datagram):
                    self._on_document(document)


def _extract_document(datagram: bytes) -> str:
    """Extract the document of a datagram; '' if it is not in X-Ray's format."""
    header, _, body = datagram.partition(b"\n")
    try:
        return body.decode() if json.loads(header) == {"format": "json", "version": 1} else ""
    except ValueError:
        return ""
