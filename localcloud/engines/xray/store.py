"""Keeps segment documents by trace, the last ones only, and gives traces as X-Ray does."""

import copy
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from localcloud.engines.xray.header import ROOT

TRACES = 20_000
SEGMENTS = 2_000  # in one trace
LONGEST = 64 * 1024
SEGMENT = re.compile("[0-9a-f]{16}")
Document = dict[str, Any]


class InvalidSegmentError(Exception):
    """A document that is no segment; `identity` is its id as far as it has one."""

    def __init__(self, segment_id: str, message: str) -> None:
        super().__init__(message)
        self.segment_id = segment_id


class TraceStore:
    """The traces of one account and region; may be used by many threads."""

    def __init__(self) -> None:
        self._traces: OrderedDict[str, dict[str, Document]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, text: str) -> None:
        """Keep a document; a later one of the same id replaces it, as a finished segment does one in progress."""
        document = _read(text)
        with self._lock:
            trace = self._traces.setdefault(document["trace_id"], {})
            if document["id"] in trace or len(trace) < SEGMENTS:
                trace[document["id"]] = document
            while len(self._traces) > TRACES:
                self._traces.popitem(last=False)

    def get_documents(self, trace: str) -> list[Document]:
        """All that came for a trace, as it came; not to be changed."""
        with self._lock:
            return list(self._traces.get(trace, {}).values())

    def get_segments(self, trace: str) -> list[Document]:
        """The segments of a trace, by when they began, with the subsegments that came by themselves in their places."""
        documents = copy.deepcopy(self.get_documents(trace))
        places = {node["id"]: node for document in documents for node in walk_segments(document)}
        whole = []
        for document in sorted(documents, key=lambda document: document["start_time"]):
            parent = places.get(document.get("parent_id", ""))
            if document.get("type") == "subsegment" and parent is not None and parent is not document:
                parent.setdefault("subsegments", []).append(document)
            else:
                whole.append(document)
        return whole

    def find_traces(self, start: float, end: float) -> list[str]:
        """The ids of traces that began in a span of time, in seconds since the epoch, the newest first."""
        with self._lock:
            began = {trace: min(document["start_time"] for document in documents.values())
                     for trace, documents in self._traces.items()}  # fmt: skip
        return [trace for trace, at in sorted(began.items(), key=lambda pair: -pair[1]) if start <= at <= end]


def walk_segments(document: Document) -> Iterator[Document]:
    """A document and all subsegments below it."""
    yield document
    for part in document.get("subsegments") or []:
        yield from walk_segments(part)


def _read(text: str) -> Document:
    try:
        document = json.loads(text)
    except ValueError:
        raise InvalidSegmentError("", "InvalidSegment: it is no JSON") from None
    if not isinstance(document, dict):
        raise InvalidSegmentError("", "InvalidSegment: it is no object")
    identity = str(document.get("id", ""))
    if len(text.encode()) > LONGEST:
        raise InvalidSegmentError(identity, f"SegmentTooLarge: a document has at most {LONGEST} bytes")
    if not SEGMENT.fullmatch(identity):
        raise InvalidSegmentError(identity, "MissingOrInvalidId: an id has 16 hexadecimal digits")
    if not ROOT.fullmatch(str(document.get("trace_id", ""))):
        raise InvalidSegmentError(identity, "MissingOrInvalidTraceId: a trace id is 1-<8 hexadecimal digits>-<24>")
    if not document.get("name") or not isinstance(document.get("start_time"), int | float):
        raise InvalidSegmentError(identity, "InvalidSegment: it must have a name and a start_time")
    if "end_time" not in document and not document.get("in_progress"):
        raise InvalidSegmentError(identity, "InvalidSegment: it must have an end_time, or be in_progress")
    return document
