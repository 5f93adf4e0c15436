"""Checks of Terraform's state: its bucket, its lock, and its outputs."""

from typing import Any

from botocore.exceptions import ClientError

from sluice.doctor.context import CheckResults, Context, fail, ok, warn
from sluice.errors import SluiceError
from sluice.terraform import backend
from sluice.terraform.lock import LockHolder, lock_key


def check_bucket(context: Context) -> CheckResults:
    """Check that the bucket exists and can be read, and that it is versioned, encrypted and private."""
    name, s3 = backend.read_settings(context.name)["bucket"], context.client("s3")
    fix = f"run `make bootstrap ENV={context.name}`."
    try:
        versioning = s3.get_bucket_versioning(Bucket=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
        yield fail(f"The bucket {name}, in which the state is to be stored, does not exist.", fix)
        return
    missing = []
    if versioning.get("Status") != "Enabled":
        missing.append("versioned")
    if not _read_configuration(s3.get_bucket_encryption, name):
        missing.append("encrypted")
    block = _read_configuration(s3.get_public_access_block, name).get("PublicAccessBlockConfiguration", {})
    if not block or not all(block.values()):
        missing.append("private by a public access block")
    if missing:
        yield warn(f"The bucket {name}, in which the state is stored, is not {' and not '.join(missing)}.", fix)
    else:
        yield ok(f"s3://{name}: versioned, encrypted, private")


def check_lock(context: Context) -> CheckResults:
    """Check that the state is not locked."""
    settings, s3 = backend.read_settings(context.name), context.client("s3")
    bucket, key = {"Bucket": settings["bucket"]}, lock_key(settings["key"])
    try:
        # Listed first: S3 returns 403 for a missing key to a caller who may not list the whole bucket.
        objects = s3.list_objects_v2(**bucket, Prefix=settings["key"]).get("Contents", [])
        lock = s3.get_object(**bucket, Key=key) if key in {entry["Key"] for entry in objects} else None
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchKey", "NoSuchBucket"):
            raise
        lock = None
    if lock is None:
        yield ok("the state is not locked")
        return
    holder = LockHolder.from_object(lock["Body"].read())
    yield warn(
        f"{holder.owner} has locked the state since {holder.since} for {holder.operation}.",
        f"wait until the command has ended; if it was killed, run `make terraform ENV={context.name} "
        f'DO="force-unlock -force {holder.id}"` (docs/state.md).',
    )


def check_applied(context: Context) -> CheckResults:
    """Check that Terraform can read the state, and that something is applied."""
    try:
        outputs = context.outputs
    except SluiceError as problem:
        yield fail(str(problem), "fix that first; checks that need the outputs were skipped.")
        return
    if outputs:
        yield ok(f"{len(outputs)} outputs, for example {outputs.get('images', next(iter(outputs)))}")
    else:
        yield warn(f"Nothing is applied in {context.name} yet.", f"run `make apply ENV={context.name}`.")


def _read_configuration(get: Any, bucket: str) -> dict[str, Any]:
    """Return a configuration of a bucket; an empty one if it does not exist."""
    try:
        configuration: dict[str, Any] = get(Bucket=bucket)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        return {}
    return configuration
