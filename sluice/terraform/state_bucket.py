"""The bucket that keeps Terraform's states, as S3 sees it before Terraform manages it."""

from typing import Any

from botocore.exceptions import ClientError

from sluice.errors import SluiceError
from sluice.terraform import backend

BOOTSTRAP_KEY = "sluice/bootstrap.tfstate"


def bucket_exists(s3: Any, name: str, *, account: str, file: str) -> bool:
    """Return whether the bucket exists in this account.

    Args:
        s3: boto3's S3 client.
        name: Name of the bucket.
        account: Number of the AWS account that must own it.
        file: The backend file that names the bucket, for the error message.

    Raises:
        SluiceError: The bucket belongs to another account, denies access, or is in another region.
    """
    try:
        s3.head_bucket(Bucket=name, ExpectedBucketOwner=account)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status == 404:
            return False
        if status == 403:
            raise SluiceError(
                f"The bucket {name} belongs to another account or denies you access. S3 bucket names are globally "
                f"unique: write a name of your own into {file}, for example <your organization>-{name}."
            ) from error
        if status == 301:
            raise SluiceError(
                f"The bucket {name} is not in the region that {file} names: correct the region or the bucket."
            ) from error
        raise
    return True


def object_exists(s3: Any, bucket: str, key: str) -> bool:
    """Return whether the bucket has an object with this key."""
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return False
        raise
    return True


def put_if_absent(s3: Any, bucket: str, key: str, body: bytes) -> bool:
    """Write an object unless there is one with this key; return whether it was written (S3 conditional writes)."""
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json", IfNoneMatch="*")
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in (409, 412):
            return False
        raise
    return True


def create_local_bucket(s3: Any, name: str | None = None) -> str:
    """Create a versioned bucket for states on a local cloud, which starts empty, unless it exists.

    Args:
        s3: boto3's S3 client for the local cloud.
        name: Name of the bucket. Default: the one that local.s3.tfbackend names.

    Returns:
        The bucket's name.
    """
    bucket = name or backend.read_settings("local")["bucket"]
    if bucket not in {known["Name"] for known in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket
