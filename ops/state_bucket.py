"""The bucket in which the local cloud's Terraform state lies: made anew with each local cloud."""

import re
from typing import Any

from ops.stack import ROOT

_SETTINGS = ROOT / "environments" / "local.s3.tfbackend"


def make(s3: Any) -> str:
    """Make the bucket that local.s3.tfbackend names, versioned, unless it is there; return its name."""
    found = re.search(r'^bucket\s*=\s*"([^"]+)"', _SETTINGS.read_text(), re.MULTILINE)
    if found is None:
        raise ValueError(f'{_SETTINGS} names no bucket: give it a line like bucket = "sluice-local-state".')
    bucket = found[1]
    if bucket not in {known["Name"] for known in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket
