"""Hooks for Lambda SnapStart: processes restored from one snapshot must not share connections or random numbers.

A snapshot is taken after a function's start and restored many times. Most code avoids the problem by asking the
operating system when it needs a random value (uuid4, os.urandom). These hooks deal with state that a process keeps.
Source: "Handling uniqueness with Lambda SnapStart" in the AWS Lambda Developer Guide.
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
    """Register both hooks with the runtime, once. Without SnapStart it never calls them."""
    register_before_snapshot(before_snapshot)
    register_after_restore(after_restore)


def before_snapshot() -> None:
    """Close the connections that the start opened; they would be dead in a restored process."""
    s3.client().close()


def after_restore() -> None:
    """Seed the generators of Python (which the jitter of retries uses) and of OpenSSL anew."""
    random.seed()
    ssl.RAND_add(os.urandom(_SEED_BYTES), float(_SEED_BYTES))
