"""The X-Ray trace of an image: read from its message, passed on with its result."""

import os
import re
from dataclasses import dataclass
from time import time

# https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
_FIELD = re.compile(r"(Root|Parent|Sampled)=([^;\s]+)")
_ROOT = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}")
_SEGMENT_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Trace:
    """A position in a trace, as a tracing header describes it.

    Attributes:
        root: The id of the trace.
        parent: The id of the segment that precedes ours; None if ours is the first.
        sampled: Whether X-Ray records the trace.
    """

    root: str
    parent: str | None
    sampled: bool

    @classmethod
    def start(cls, parent: str | None = None, *, sampled: bool = True) -> "Trace":
        """Return a new trace."""
        return cls(f"1-{int(time()):08x}-{os.urandom(12).hex()}", parent, sampled)

    @classmethod
    def parse(cls, header: object, *, default_sampled: bool = False) -> "Trace | None":
        """Parse a tracing header, `Root=1-...;Parent=...;Sampled=1`.

        Args:
            header: The header's text; anything else contains no trace.
            default_sampled: The decision if the header leaves it open.

        Returns:
            The trace, or None if the header has no valid root.
        """
        fields = dict(_FIELD.findall(header)) if isinstance(header, str) else {}
        root, parent = fields.get("Root", ""), fields.get("Parent", "")
        if not _ROOT.fullmatch(root):
            return None
        sampled = {"1": True, "0": False}.get(fields.get("Sampled", ""), default_sampled)
        return cls(root, parent if _SEGMENT_ID.fullmatch(parent) else None, sampled)

    @classmethod
    def from_invocation(cls) -> "Trace | None":
        """Return the trace of the running call, which the runtime puts into the environment."""
        return cls.parse(os.environ.get("_X_AMZN_TRACE_ID"))

    @classmethod
    def from_message(cls, header: object) -> "Trace | None":
        """Return the trace of a message by its AWSTraceHeader; a new one if it has none and the call is sampled."""
        call = cls.from_invocation()
        sampled = call is not None and call.sampled
        trace = cls.parse(header, default_sampled=sampled)
        return cls.start() if trace is None and sampled else trace

    def to_header(self) -> str:
        """Return the tracing header that passes this position to the next service."""
        parent = f";Parent={self.parent}" if self.parent else ""
        return f"Root={self.root}{parent};Sampled={int(self.sampled)}"

    def with_parent(self, segment_id: str) -> "Trace":
        """Return the position below our segment; this one if the trace is not sampled and so has no such segment."""
        return Trace(self.root, segment_id, sampled=True) if self.sampled else self


def new_segment_id() -> str:
    """Return a random id for a new segment."""
    return os.urandom(8).hex()
