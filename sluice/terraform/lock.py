"""Terraform's lock of a state in S3: an object beside the state, created with a conditional write."""

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
from sluice.terraform import state_bucket
from sluice.terraform.history import StateHistory


@dataclass(frozen=True)
class LockHolder:
    """The owner of a lock, since when and for which operation it is held, and the id that `force-unlock` needs."""

    owner: str
    since: str
    operation: str
    id: str

    @classmethod
    def from_object(cls, body: bytes) -> Self:
        """Read the lock object that Terraform wrote."""
        content = json.loads(body)
        return cls(content["Who"], f"{content['Created'][:19]}Z", content["Operation"], content["ID"])


def lock_key(state_key: str) -> str:
    """Return the key of a state's lock object."""
    return f"{state_key}.tflock"


@contextmanager
def hold_lock(history: StateHistory, operation: str) -> Iterator[None]:
    """Hold a state's lock, in Terraform's format, for the duration of a `with` block.

    Args:
        history: The state to lock.
        operation: The operation that Terraform shows to others who want the lock.

    Raises:
        SluiceError: Another command holds the lock.
    """
    key = lock_key(history.key)
    content = {
        "ID": str(uuid4()),
        "Operation": operation,
        "Info": "",
        "Who": f"{getpass.getuser()}@{socket.gethostname()}",
        "Version": "",
        "Created": datetime.now(UTC).isoformat(),
        "Path": f"{history.bucket}/{history.key}",
    }
    if not state_bucket.put_if_absent(history.s3, history.bucket, key, json.dumps(content).encode()):
        holder = LockHolder.from_object(history.s3.get_object(Bucket=history.bucket, Key=key)["Body"].read())
        raise SluiceError(
            f"{holder.owner} has locked the state since {holder.since} for {holder.operation} (lock {holder.id}): wait "
            "for that command to end. If it has died, see docs/state.md, Stale lock."
        )
    try:
        yield
    finally:
        history.s3.delete_object(Bucket=history.bucket, Key=key)
