"""What a gap may need of the cloud in which it is closed."""

from dataclasses import dataclass
from pathlib import Path

from localcloud.runtime.pool import Pool


@dataclass(frozen=True)
class Cloud:
    """`endpoint` and the `authority` that signs it, as functions see them; `pool` runs the functions."""

    endpoint: str
    authority: Path
    pool: Pool
