"""A bucket in which Terraform's state lies on the local cloud: made anew with each local cloud."""

from typing import Any

from sluice.terraform import backend


def make(s3: Any, name: str | None = None) -> str:
    """Make the bucket, by default the one that local.s3.tfbackend names, versioned, unless it is there; its name."""
    bucket = name or backend.settings("local")["bucket"]
    if bucket not in {known["Name"] for known in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket
