"""The tracing header `Root=1-...;Parent=...;Sampled=1` (X-Ray Developer Guide, "Tracing header")."""

import re
import secrets
import time
from dataclasses import dataclass

TRACE_ID = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}")


@dataclass(frozen=True)
class TraceHeader:
    """The trace that a request belongs to.

    Attributes:
        root: The id of the trace.
        parent: The id of the segment that sent the request, or ''.
        sampled: Whether segments are recorded.
    """

    root: str
    parent: str = ""
    sampled: bool = True

    @classmethod
    def generate(cls) -> "TraceHeader":
        """Generate the header of a new trace."""
        return cls(f"1-{int(time.time()):08x}-{secrets.token_hex(12)}")

    @classmethod
    def parse(cls, text: str | None) -> "TraceHeader | None":
        """Parse the header that a caller has sent; None if it has no valid trace id."""
        parts = dict(part.strip().split("=", 1) for part in (text or "").split(";") if "=" in part)
        if not TRACE_ID.fullmatch(parts.get("Root", "")):
            return None
        return cls(parts["Root"], parts.get("Parent", ""), parts.get("Sampled") == "1")

    def with_parent(self, segment: str) -> "TraceHeader":
        """Create the header for requests that a segment sends."""
        return TraceHeader(self.root, segment, self.sampled)

    def __str__(self) -> str:
        parent = f";Parent={self.parent}" if self.parent else ""
        return f"Root={self.root}{parent};Sampled={int(self.sampled)}"


def generate_segment_id() -> str:
    """Generate a random segment id."""
    return secrets.token_hex(8)
