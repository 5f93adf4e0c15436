"""The Lambda Runtime API: an HTTP server per sandbox from which the runtime interface client gets its events."""

import json
import queue
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from localcloud.runtime.function import Event


@dataclass(frozen=True)
class Response:
    """The response that the runtime posted for an event; `failed` if it is an error."""

    request_id: str
    payload: bytes
    failed: bool


class RuntimeApi:
    """Serves one runtime.

    Attributes:
        address: The server's host:port.
        init_finished: Set when the runtime asks for its first event or reports an initialization error.
        init_error: The initialization error, as JSON, if the runtime reported one.
        responses: The responses that the runtime has posted.
    """

    def __init__(self) -> None:
        self.init_finished = threading.Event()
        self.init_error: bytes | None = None
        self.responses: queue.Queue[Response] = queue.Queue()
        self._events: queue.Queue[tuple[Event, float] | None] = queue.Queue()
        self._server = _create_server(self)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()

    def send(self, event: Event, deadline: float) -> None:
        """Pass an event to the runtime; `deadline` is in seconds since the epoch."""
        self._events.put((event, deadline))

    def stop(self) -> None:
        """Stop the server without waiting for it."""
        self._events.put(None)
        threading.Thread(target=self._close, daemon=True).start()  # shutdown() waits for the poll interval

    def _close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait_for_event(self) -> tuple[Event, float] | None:
        """Wait for the next event and its deadline; None once the server is stopped."""
        self.init_finished.set()
        return self._events.get()

    def receive(self, path: str, body: bytes) -> None:
        """Record what the runtime has posted.

        Args:
            path: /2018-06-01/runtime/init/error, or /2018-06-01/runtime/invocation/<request id>/{response,error}.
            body: The request's body.
        """
        if path.endswith("/init/error"):
            self.init_error = body
            self.init_finished.set()
        else:
            _, request_id, kind = path.rsplit("/", 2)
            self.responses.put(Response(request_id, body, kind == "error"))


def _create_server(api: RuntimeApi) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16  # a response in one packet: Nagle's algorithm with delayed acknowledgements costs 40 ms
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            pending = api.wait_for_event()
            if pending is None:
                self.close_connection = True
                return
            event, deadline = pending
            self.send_response(200)
            self.send_header("Lambda-Runtime-Aws-Request-Id", event.request_id)
            self.send_header("Lambda-Runtime-Deadline-Ms", str(int(deadline * 1000)))
            self.send_header("Lambda-Runtime-Invoked-Function-Arn", event.function_arn)
            if event.trace:
                self.send_header("Lambda-Runtime-Trace-Id", event.trace)
            self._send_body(event.payload)

        def do_POST(self) -> None:
            api.receive(self.path, self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.send_response(202)
            self._send_body(json.dumps({"status": "OK"}).encode())

        def _send_body(self, body: bytes) -> None:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Log nothing: there is a request for each event."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    return server
