"""Stores segment documents by trace, in bounded memory."""

import copy
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from localcloud.engines.xray.header import TRACE_ID

MAX_TRACES = 20_000
MAX_SEGMENTS = 2_000  # per trace
MAX_DOCUMENT_BYTES = 64 * 1024
SEGMENT_ID = re.compile("[0-9a-f]{16}")
Document = dict[str, Any]


class InvalidSegmentError(Exception):
    """A document that is not a valid segment.

    Attributes:
        segment_id: The id of the document, or '' if it has none.
    """

    def __init__(self, segment_id: str, message: str) -> None:
        super().__init__(message)
        self.segment_id = segment_id


class TraceStore:
    """The traces of one account and region. Safe for use by several threads."""

    def __init__(self) -> None:
        self._traces: OrderedDict[str, dict[str, Document]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, text: str) -> None:
        """Store a document; it replaces one with the same id, for example a segment in progress.

        Raises:
            InvalidSegmentError: The document is not a valid segment.
        """
        document = _parse_document(text)
        with self._lock:
            trace = self._traces.setdefault(document["trace_id"], {})
            if document["id"] in trace or len(trace) < MAX_SEGMENTS:
                trace[document["id"]] = document
            while len(self._traces) > MAX_TRACES:
                self._traces.popitem(last=False)

    def get_documents(self, trace: str) -> list[Document]:
        """Get all documents of a trace as they were put; do not modify them."""
        with self._lock:
            return list(self._traces.get(trace, {}).values())

    def get_segments(self, trace: str) -> list[Document]:
        """Get the segments of a trace by start time; subsegments that were put separately are inserted in them."""
        documents = copy.deepcopy(self.get_documents(trace))
        by_id = {node["id"]: node for document in documents for node in walk_segments(document)}
        segments = []
        for document in sorted(documents, key=lambda document: document["start_time"]):
            parent = by_id.get(document.get("parent_id", ""))
            if document.get("type") == "subsegment" and parent is not None and parent is not document:
                parent.setdefault("subsegments", []).append(document)
            else:
                segments.append(document)
        return segments

    def find_traces(self, start: float, end: float) -> list[str]:
        """Find the ids of the traces that started in a range of time, newest first.

        Args:
            start: In seconds since the epoch.
            end: In seconds since the epoch, included.
        """
        with self._lock:
            started = {trace: min(document["start_time"] for document in documents.values())
                       for trace, documents in self._traces.items()}  # fmt: skip
        return [trace for trace, at in sorted(started.items(), key=lambda item: -item[1]) if start <= at <= end]


def walk_segments(document: Document) -> Iterator[Document]:
    """Yield a document and all its subsegments."""
    yield document
    for part in document.get("subsegments") or []:
        yield from walk_segments(part)


def _parse_document(text: str) -> Document:
    try:
        document = json.loads(text)
    except ValueError:
        raise InvalidSegmentError("", "InvalidSegment: it is not valid JSON") from None
    if not isinstance(document, dict):
        raise InvalidSegmentError("", "InvalidSegment: it is not an object")
    identifier = str(document.get("id", ""))
    if len(text.encode()) > MAX_DOCUMENT_BYTES:
        raise InvalidSegmentError(identifier, f"SegmentTooLarge: a document has at most {MAX_DOCUMENT_BYTES} bytes")
    if not SEGMENT_ID.fullmatch(identifier):
        raise InvalidSegmentError(identifier, "MissingOrInvalidId: an id has 16 hexadecimal digits")
    if not TRACE_ID.fullmatch(str(document.get("trace_id", ""))):
        raise InvalidSegmentError(identifier, "MissingOrInvalidTraceId: a trace id is 1-<8 hexadecimal digits>-<24>")
    if not document.get("name") or not isinstance(document.get("start_time"), int | float):
        raise InvalidSegmentError(identifier, "InvalidSegment: it must have a name and a start_time")
    if "end_time" not in document and not document.get("in_progress"):
        raise InvalidSegmentError(identifier, "InvalidSegment: it must have an end_time, or be in_progress")
    return document
