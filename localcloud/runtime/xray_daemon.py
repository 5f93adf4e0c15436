"""Takes what functions send to the X-Ray daemon: a UDP socket for each sandbox, which tells who sent it."""

import contextlib
import json
import socket
import threading
from collections.abc import Callable

LARGEST = 65_535
BUFFER = 4 << 20
Take = Callable[[str], None]


class Daemon:
    """Listens at `address`, a host:port, until it is stopped; `take` gets the document of each datagram.

    A datagram is a header line, {"format": "json", "version": 1}, and a document ("Sending segment documents to the
    X-Ray daemon"); the header is asked for, so that nothing else is taken for one.
    """

    def __init__(self, take: Take) -> None:
        self._take = take
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)  # a batch sends its segments all at once
        self._socket.bind(("127.0.0.1", 0))
        host, port = self._socket.getsockname()
        self.address = f"{host}:{port}"
        threading.Thread(target=self._listen, name="trace-daemon", daemon=True).start()

    def stop(self) -> None:
        """Stop to listen, after all that has come was taken."""
        with contextlib.suppress(OSError):
            self._socket.sendto(b"", self._socket.getsockname())

    def _listen(self) -> None:
        with self._socket:
            while datagram := self._socket.recv(LARGEST):
                if document := _document(datagram):
                    self._take(document)


def _document(datagram: bytes) -> str:
    """The document of a datagram; '' when it is none of X-Ray's."""
    head, _, body = datagram.partition(b"\n")
    try:
        return body.decode() if json.loads(head) == {"format": "json", "version": 1} else ""
    except ValueError:
        return ""
