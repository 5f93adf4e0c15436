"""Collects a sandbox's output: lines of its standard output and records of awslambdaric's telemetry pipe."""

import os
import selectors
import struct
import threading
import time

from localcloud.runtime.function import LogLine

FRAME = struct.Struct(">IIQ")  # kind, length, microseconds since the epoch: see awslambdaric's FramedTelemetryLogSink


class Output:
    """Two pipes that one thread reads, so that a function never blocks while it prints.

    Attributes:
        standard_output: The file descriptor that the process gets as standard output and standard error.
        telemetry: The file descriptor that the process gets as telemetry pipe.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: list[LogLine] = []
        self._text = b""
        self._frames = b""
        self._text_pipe, self.standard_output = os.pipe()
        self._frames_pipe, self.telemetry = os.pipe()
        for pipe in (self._text_pipe, self._frames_pipe):
            os.set_blocking(pipe, False)

    def start(self) -> None:
        """Start reading. Call it once the process has the write ends, which are closed here."""
        os.close(self.standard_output)
        os.close(self.telemetry)
        threading.Thread(target=self._read_until_closed, name="sandbox-output", daemon=True).start()

    def drain(self) -> list[LogLine]:
        """Return the lines that were written since the last call."""
        with self._lock:
            self._read_available()
            if self._text:
                self._add_line(self._text)
                self._text = b""
            lines, self._lines = self._lines, []
        return lines

    def _read_until_closed(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._text_pipe, selectors.EVENT_READ)
            selector.register(self._frames_pipe, selectors.EVENT_READ)
            while selector.get_map():
                for key, _ in selector.select():
                    with self._lock:
                        if not self._read_chunk(key.fd):
                            selector.unregister(key.fd)
        with self._lock:
            for pipe in (self._text_pipe, self._frames_pipe):
                os.close(pipe)
            self._text_pipe = self._frames_pipe = -1

    def _read_available(self) -> None:
        for pipe in (self._text_pipe, self._frames_pipe):
            while pipe >= 0 and self._read_chunk(pipe) == "more":
                pass

    def _read_chunk(self, pipe: int) -> str:
        """Return 'more' after data was read, 'empty' if there is none at the moment, '' at the end of the pipe."""
        try:
            chunk = os.read(pipe, 1 << 16)
        except BlockingIOError:
            return "empty"
        if not chunk:
            return ""
        if pipe == self._text_pipe:
            *lines, self._text = (self._text + chunk).split(b"\n")
            for line in lines:
                self._add_line(line)
        else:
            self._frames += chunk
            self._split_frames()
        return "more"

    def _split_frames(self) -> None:
        while len(self._frames) >= FRAME.size:
            _, length, microseconds = FRAME.unpack_from(self._frames)
            end = FRAME.size + length
            if len(self._frames) < end:
                return
            self._add_line(self._frames[FRAME.size : end].rstrip(b"\n"), microseconds // 1000)
            self._frames = self._frames[end:]

    def _add_line(self, text: bytes, milliseconds: int | None = None) -> None:
        self._lines.append(LogLine(milliseconds or int(time.time() * 1000), text.decode("utf-8", "replace")))
