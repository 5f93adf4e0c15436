"""The bucket in which states are to lie, as S3 sees it before Terraform does."""

from typing import Any

from botocore.exceptions import ClientError

from sluice.errors import SluiceError

BOOTSTRAP_KEY = "sluice/bootstrap.tfstate"


def exists(s3: Any, name: str, *, account: str, file: str) -> bool:
    """Whether it is there and this account's; SluiceError when it is another's. `file` is where its name is written."""
    try:
        s3.head_bucket(Bucket=name, ExpectedBucketOwner=account)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status == 404:
            return False
        if status == 403:
            raise SluiceError(
                f"The bucket {name} is somebody else's, or closed to you: bucket names are the whole world's, so write "
                f"one of your own into {file}, such as <your organisation>-{name}."
            ) from error
        if status == 301:
            raise SluiceError(
                f"The bucket {name} lies in another region than {file} says: correct one of them."
            ) from error
        raise
    return True


def holds(s3: Any, name: str, key: str) -> bool:
    """Whether there is an object of that key."""
    try:
        s3.head_object(Bucket=name, Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return False
        raise
    return True


def put_first(s3: Any, name: str, key: str, body: bytes) -> bool:
    """Write an object that must not be there yet, all at once; False when another was faster."""
    try:
        s3.put_object(Bucket=name, Key=key, Body=body, ContentType="application/json", IfNoneMatch="*")
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in (409, 412):
            return False
        raise
    return True
