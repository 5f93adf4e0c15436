"""The bucket in which the local cloud's Terraform state lies: made anew with each local cloud."""

from typing import Any

from ops import backend


def make(s3: Any) -> str:
    """Make the bucket that local.s3.tfbackend names, versioned, unless it is there; return its name."""
    bucket = backend.settings("local")["bucket"]
    if bucket not in {known["Name"] for known in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket
