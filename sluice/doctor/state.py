"""Terraform's state: the bucket that keeps it, and who holds its lock."""

from typing import Any

from botocore.exceptions import ClientError

from sluice.doctor.outcome import Outcomes, fail, ok, warn
from sluice.doctor.patient import Patient
from sluice.errors import SluiceError
from sluice.terraform import backend
from sluice.terraform.lock import LockHolder, lock_key


def bucket(patient: Patient) -> Outcomes:
    """It is there and ours to read, versioned, encrypted and private."""
    name, s3 = backend.read_settings(patient.name)["bucket"], patient.client("s3")
    make = f"make bootstrap ENV={patient.name}"
    try:
        versioning = s3.get_bucket_versioning(Bucket=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
        yield fail(f"The bucket {name}, which is to keep the state, does not exist.", f"run `{make}`.")
        return
    lacks = []
    if versioning.get("Status") != "Enabled":
        lacks.append("versioned")
    if not _configured(s3.get_bucket_encryption, name):
        lacks.append("encrypted")
    block = _configured(s3.get_public_access_block, name).get("PublicAccessBlockConfiguration", {})
    if not block or not all(block.values()):
        lacks.append("private by a public access block")
    if lacks:
        yield warn(f"The bucket {name}, which keeps the state, is not {' and not '.join(lacks)}.", f"run `{make}`.")
    else:
        yield ok(f"s3://{name}: versioned, encrypted, private")


def lock(patient: Patient) -> Outcomes:
    """Nobody is at work on the state, or is said to be."""
    settings, s3 = backend.read_settings(patient.name), patient.client("s3")
    where, key = {"Bucket": settings["bucket"]}, lock_key(settings["key"])
    try:
        # Looked for first: of a key that is not there, S3 says 403 to whoever may not list the whole bucket.
        there = s3.list_objects_v2(**where, Prefix=settings["key"]).get("Contents", [])
        held = s3.get_object(**where, Key=key) if key in {found["Key"] for found in there} else None
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchKey", "NoSuchBucket"):
            raise
        held = None
    if held is None:
        yield ok("nobody holds the state's lock")
        return
    holder = LockHolder.from_object(held["Body"].read())
    yield warn(
        f"{holder.who} holds the state's lock since {holder.since}, for {holder.operation}.",
        f'wait for them; if that command is dead for sure: make terraform ENV={patient.name} DO="force-unlock -force '
        f'{holder.id}" (docs/state.md).',
    )


def applied(patient: Patient) -> Outcomes:
    """Terraform can read the environment, and something is there."""
    try:
        outputs = patient.outputs
    except SluiceError as problem:
        yield fail(str(problem), "mend that first; what stands in the environment was not looked at.")
        return
    if outputs:
        yield ok(f"{len(outputs)} outputs, such as {outputs.get('images', next(iter(outputs)))}")
    else:
        yield warn(f"Nothing is applied in {patient.name} yet.", f"run `make apply ENV={patient.name}`.")


def _configured(get: Any, name: str) -> dict[str, Any]:
    """What a bucket is configured with; nothing when it is not."""
    try:
        found: dict[str, Any] = get(Bucket=name)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        return {}
    return found
