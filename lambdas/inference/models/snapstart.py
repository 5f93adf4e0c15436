"""What two processes that were restored from one snapshot may not share (Lambda SnapStart).

A snapshot is taken after a function's start and restored many times. What must differ comes from the system when it is
needed (uuid4, os.urandom); this file is for what a process remembers.
"""

import os
import random
import ssl
from functools import cache

from snapshot_restore_py import register_after_restore, register_before_snapshot

from inference.fetch import s3

_SEED_BYTES = 48


@cache
def register() -> None:
    """Have the runtime call both functions below, without SnapStart never; calling it again changes nothing."""
    register_before_snapshot(before_snapshot)
    register_after_restore(after_restore)


def before_snapshot() -> None:
    """Close the connections that the start has used: nobody will be at their other end."""
    s3.client().close()


def after_restore() -> None:
    """Seed anew what else would draw the same numbers in every copy: the jitter of retries, and keys of TLS."""
    random.seed()
    ssl.RAND_add(os.urandom(_SEED_BYTES), float(_SEED_BYTES))
