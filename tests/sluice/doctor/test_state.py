"""The bucket and the lock of Terraform's state are checked on the local cloud."""

import json
from collections.abc import Iterator
from uuid import uuid4

import boto3
import pytest

from localcloud import LocalCloud
from sluice.doctor import state
from sluice.doctor.context import Status
from sluice.terraform import backend
from tests.sluice.doctor.conftest import RunCheck

PRIVATE = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)


@pytest.fixture
def bucket(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:  # noqa: ARG001
    """The name of the state bucket of `local`, which does not exist yet."""
    name = f"doctor-{uuid4().hex[:8]}"
    monkeypatch.setattr(backend, "read_settings", lambda _: {"bucket": name, "key": "sluice/local.tfstate"})
    yield name
    if name in {entry["Name"] for entry in boto3.client("s3").list_buckets()["Buckets"]}:
        resource = boto3.resource("s3").Bucket(name)
        resource.object_versions.delete()
        resource.delete()


def create_bucket(name: str) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})


def test_bucket_missing_fails(bucket: str, run_check: RunCheck) -> None:
    result = run_check(state.check_bucket)
    assert result.status is Status.FAIL
    assert bucket in result.message
    assert "make bootstrap ENV=local" in result.fix


def test_bucket_names_missing_settings(bucket: str, run_check: RunCheck) -> None:
    create_bucket(bucket)
    s3 = boto3.client("s3")
    s3.delete_public_access_block(Bucket=bucket)
    assert run_check(state.check_bucket).status is Status.WARN
    assert run_check(state.check_bucket).message.endswith("is not versioned and not private by a public access block.")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={**PRIVATE, "BlockPublicPolicy": False})
    assert run_check(state.check_bucket).message.endswith("is not private by a public access block.")
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=PRIVATE)
    assert run_check(state.check_bucket).status is Status.OK


def test_lock_names_its_holder(bucket: str, run_check: RunCheck) -> None:
    assert run_check(state.check_lock).status is Status.OK
    create_bucket(bucket)
    assert run_check(state.check_lock).status is Status.OK
    lock = {
        "ID": "7c1f0d5e",
        "Operation": "OperationTypeApply",
        "Who": "ann@laptop",
        "Created": "2026-11-22T01:02:03Z",
    }
    boto3.client("s3").put_object(Bucket=bucket, Key="sluice/local.tfstate.tflock", Body=json.dumps(lock).encode())
    result = run_check(state.check_lock)
    assert result.status is Status.WARN
    assert "ann@laptop has locked the state since 2026-11-22T01:02:03Z " in result.message
    assert "force-unlock -force 7c1f0d5e" in result.fix
