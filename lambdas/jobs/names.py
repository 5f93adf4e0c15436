"""The names of jobs and the ids of their items."""

import re
import uuid

from jobs.errors import RequestError

# The name of an execution and of a folder in the bucket. With an index appended it is still a valid id of a task.
NAME_PATTERN = r"[A-Za-z0-9_-]{1,64}"

_NAME = re.compile(NAME_PATTERN)


def new_job_name() -> str:
    """Return a name that no other job has."""
    return str(uuid.uuid4())


def check_job_name(name: object) -> str:
    """Return the name of a job if it is valid.

    Raises:
        RequestError: It is not (400).
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise RequestError(400, 'The job\'s "name" is invalid: use 1 to 64 letters, digits, hyphens or underscores.')
    return name


def item_id(job: str, index: int) -> str:
    """Return the id of the item of a job at an index, counted from 0; its result carries the id."""
    return f"{job}/{index}"
