"""Terraform's lock of a state in S3: an object beside it that only one can make."""

import getpass
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

from ops.states import bucket
from ops.states.history import History
from ops.told import Told


@contextmanager
def held(history: History, operation: str) -> Iterator[None]:
    """Hold a state's lock as Terraform does, which then tells others who has it; Told when another has it."""
    key = f"{history.key}.tflock"
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
        theirs = json.loads(history.s3.get_object(Bucket=history.bucket, Key=key)["Body"].read())
        raise Told(
            f"{theirs['Who']} has locked the state since {theirs['Created'][:19]} for {theirs['Operation']} (lock "
            f"{theirs['ID']}): wait for it to end, or, if it never will, see docs/state.md, A lock that stays."
        )
    try:
        yield
    finally:
        history.s3.delete_object(Bucket=history.bucket, Key=key)
