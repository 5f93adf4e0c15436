"""Terraform's lock of a state in S3: an object beside it that only one can make."""

import getpass
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self
from uuid import uuid4

from sluice.errors import SluiceError
from sluice.terraform import bucket
from sluice.terraform.history import History


@dataclass(frozen=True)
class Holder:
    """Who holds a lock, since when, for which operation, and the lock's id, with which it can be broken."""

    who: str
    since: str
    operation: str
    id: str

    @classmethod
    def of(cls, body: bytes) -> Self:
        """Out of the object, as Terraform wrote it."""
        told = json.loads(body)
        return cls(told["Who"], f"{told['Created'][:19]}Z", told["Operation"], told["ID"])


def key_of(state: str) -> str:
    """The object's key, of the state's."""
    return f"{state}.tflock"


@contextmanager
def held(history: History, operation: str) -> Iterator[None]:
    """Hold a state's lock as Terraform does, which then tells others who has it; SluiceError when another has it."""
    key = key_of(history.key)
    mine = {
        "ID": str(uuid4()),
        "Operation": operation,
        "Info": "",
        "Who": f"{getpass.getuser()}@{socket.gethostname()}",
        "Version": "",
        "Created": datetime.now(UTC).isoformat(),
        "Path": f"{history.bucket}/{history.key}",
    }
    if not bucket.put_first(history.s3, history.bucket, key, json.dumps(mine).encode()):
        other = Holder.of(history.s3.get_object(Bucket=history.bucket, Key=key)["Body"].read())
        raise SluiceError(
            f"{other.who} has locked the state since {other.since} for {other.operation} (lock "
            f"{other.id}): wait for it to end, or, if it never will, see docs/state.md, Stale lock."
        )
    try:
        yield
    finally:
        history.s3.delete_object(Bucket=history.bucket, Key=key)
