"""The Lambda Runtime API, one server a sandbox: hands an event to the runtime interface client, takes its answer."""

import json
import queue
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from localcloud.runtime.function import Event


@dataclass(frozen=True)
class Answer:
    """What the runtime posted for an event; `failed` when it posted an error."""

    request_id: str
    payload: bytes
    failed: bool


class RuntimeApi:
    """Serves one runtime; `address` is its host:port.

    `asked` is set when the runtime first asks for an event: its initialisation is over. `init_error` holds the error
    that it reported instead.
    """

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.init_error: bytes | None = None
        self._next: queue.Queue[tuple[Event, float] | None] = queue.Queue()
        self.answers: queue.Queue[Answer] = queue.Queue()
        self._server = _server(self)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()

    def send(self, event: Event, deadline: float) -> None:
        """Give the runtime an event that must be answered before `deadline`, in seconds since the epoch."""
        self._next.put((event, deadline))

    def stop(self) -> None:
        self._next.put(None)
        threading.Thread(target=self._close, daemon=True).start()  # shutdown waits for the poll interval

    def _close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def next_event(self) -> tuple[Event, float] | None:
        self.asked.set()
        return self._next.get()

    def take(self, path: str, body: bytes) -> None:
        """Keep what the runtime posted to `path`: /2018-06-01/runtime/{init/error,invocation/<id>/{response,error}}."""
        if path.endswith("/init/error"):
            self.init_error = body
            self.asked.set()
        else:
            _, request_id, kind = path.rsplit("/", 2)
            self.answers.put(Answer(request_id, body, kind == "error"))


def _server(api: RuntimeApi) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16  # one packet an answer, at once: Nagle with delayed acknowledgement costs 40 ms a call
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            waiting = api.next_event()
            if waiting is None:
                self.close_connection = True
                return
            event, deadline = waiting
            self.send_response(200)
            self.send_header("Lambda-Runtime-Aws-Request-Id", event.request_id)
            self.send_header("Lambda-Runtime-Deadline-Ms", str(int(deadline * 1000)))
            self.send_header("Lambda-Runtime-Invoked-Function-Arn", event.function_arn)
            if event.trace:
                self.send_header("Lambda-Runtime-Trace-Id", event.trace)
            self._finish(event.payload)

        def do_POST(self) -> None:
            api.take(self.path, self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.send_response(202)
            self._finish(json.dumps({"status": "OK"}).encode())

        def _finish(self, body: bytes) -> None:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Say nothing: the runtime asks for each event."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    return server
