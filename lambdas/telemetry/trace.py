"""The trace that an image belongs to, from the message that brought it to the one that takes its result on."""

import os
import re
from dataclasses import dataclass
from time import time

# https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
_FIELD = re.compile(r"(Root|Parent|Sampled)=([^;\s]+)")
_ROOT = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}")
_SEGMENT = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Trace:
    """A trace by its id, the segment in it that comes before ours (None: ours is the first), and whether it is kept."""

    root: str
    parent: str | None
    sampled: bool

    def header(self) -> str:
        """What a message carries on."""
        parent = f";Parent={self.parent}" if self.parent else ""
        return f"Root={self.root}{parent};Sampled={int(self.sampled)}"

    def after(self, segment: str) -> "Trace":
        """The same trace for whatever comes after the segment, which is left out of a trace that is not kept."""
        return Trace(self.root, segment, sampled=True) if self.sampled else self


def invocation() -> Trace | None:
    """The trace of the call that runs, which the runtime tells."""
    return _read(os.environ.get("_X_AMZN_TRACE_ID"), undecided=False)


def of_message(header: object) -> Trace | None:
    """The trace of a message with this AWSTraceHeader; one of its own if it has none and the call is sampled."""
    call = invocation()
    sampled = call is not None and call.sampled
    found = _read(header, undecided=sampled)
    if found is None and sampled:
        return Trace(f"1-{int(time()):08x}-{os.urandom(12).hex()}", None, sampled=True)
    return found


def segment_id() -> str:
    """An id for a new segment."""
    return os.urandom(8).hex()


def _read(header: object, *, undecided: bool) -> Trace | None:
    """None when there is no trace in the header. `undecided`: what to do when whoever wrote it left that open."""
    fields = dict(_FIELD.findall(header)) if isinstance(header, str) else {}
    root, parent = fields.get("Root", ""), fields.get("Parent", "")
    if not _ROOT.fullmatch(root):
        return None
    sampled = {"1": True, "0": False}.get(fields.get("Sampled", ""), undecided)
    return Trace(root, parent if _SEGMENT.fullmatch(parent) else None, sampled)
