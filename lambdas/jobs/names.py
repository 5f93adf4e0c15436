"""How jobs and their items are called."""

import re
import uuid

from jobs.refusal import Refusal

# An execution and a folder of the bucket are named so; an item's id, which adds its index, stays a valid task id.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def new() -> str:
    """A name that no other job has."""
    return str(uuid.uuid4())


def check(name: object) -> str:
    """The name, when a job may be called so. Raises Refusal (400)."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise Refusal(
            400, 'A job\'s "name" must be 1 to 64 letters, digits, hyphens or underscores; choose another one.'
        )
    return name


def item(job: str, index: int) -> str:
    """The id of the item at `index` (from 0) of a job, which its result carries."""
    return f"{job}/{index}"
