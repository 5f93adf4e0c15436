"""The tracing header: `Root=1-...;Parent=...;Sampled=1` ("AWS X-Ray concepts", "Tracing header")."""

import re
import secrets
import time
from dataclasses import dataclass

ROOT = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}")


@dataclass(frozen=True)
class TraceHeader:
    """Whose trace a request belongs to; `parent` is the id of the segment that made it, or ''."""

    root: str
    parent: str = ""
    sampled: bool = True

    @classmethod
    def generate(cls) -> "TraceHeader":
        return cls(f"1-{int(time.time()):08x}-{secrets.token_hex(12)}")

    @classmethod
    def parse(cls, text: str | None) -> "TraceHeader | None":
        """A header as a caller sent it; None when it names no trace."""
        parts = dict(part.strip().split("=", 1) for part in (text or "").split(";") if "=" in part)
        if not ROOT.fullmatch(parts.get("Root", "")):
            return None
        return cls(parts["Root"], parts.get("Parent", ""), parts.get("Sampled") == "1")

    def with_parent(self, segment: str) -> "TraceHeader":
        """The header for what a segment calls."""
        return TraceHeader(self.root, segment, self.sampled)

    def __str__(self) -> str:
        parent = f";Parent={self.parent}" if self.parent else ""
        return f"Root={self.root}{parent};Sampled={int(self.sampled)}"


def generate_segment_id() -> str:
    return secrets.token_hex(8)
