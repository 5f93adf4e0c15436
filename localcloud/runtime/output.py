"""Collects what a sandbox writes: lines from its standard output and whole records from AWS's telemetry pipe."""

import os
import selectors
import struct
import threading
import time

from localcloud.runtime.function import LogLine

FRAME = struct.Struct(">IIQ")  # kind, length, microseconds since the epoch: see awslambdaric's FramedTelemetryLogSink


class Output:
    """Two pipes, read by one thread, so that a function that prints much never blocks."""

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
        """Begin to read; to be called once the process holds the writing ends, which are closed here."""
        os.close(self.standard_output)
        os.close(self.telemetry)
        threading.Thread(target=self._read_until_closed, name="sandbox-output", daemon=True).start()

    def take(self) -> list[LogLine]:
        """What was written up to now and not taken before."""
        with self._lock:
            self._read()
            if self._text:
                self._add(self._text)
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
                        if not self._read_one(key.fd):
                            selector.unregister(key.fd)
        with self._lock:
            for pipe in (self._text_pipe, self._frames_pipe):
                os.close(pipe)
            self._text_pipe = self._frames_pipe = -1

    def _read(self) -> None:
        for pipe in (self._text_pipe, self._frames_pipe):
            while pipe >= 0 and self._read_one(pipe) == "more":
                pass

    def _read_one(self, pipe: int) -> str:
        """'more', 'later' when the pipe is empty for now, '' at its end."""
        try:
            piece = os.read(pipe, 1 << 16)
        except BlockingIOError:
            return "later"
        if not piece:
            return ""
        if pipe == self._text_pipe:
            *whole, self._text = (self._text + piece).split(b"\n")
            for line in whole:
                self._add(line)
        else:
            self._frames += piece
            self._split_frames()
        return "more"

    def _split_frames(self) -> None:
        while len(self._frames) >= FRAME.size:
            _, length, microseconds = FRAME.unpack_from(self._frames)
            end = FRAME.size + length
            if len(self._frames) < end:
                return
            self._add(self._frames[FRAME.size : end].rstrip(b"\n"), microseconds // 1000)
            self._frames = self._frames[end:]

    def _add(self, text: bytes, milliseconds: int | None = None) -> None:
        self._lines.append(LogLine(milliseconds or int(time.time() * 1000), text.decode("utf-8", "replace")))
