"""The state's bucket and lock, as they are on the local cloud."""

import json
from collections.abc import Iterator
from uuid import uuid4

import boto3
import pytest

from localcloud import LocalCloud
from sluice.doctor import state
from sluice.doctor.context import Status
from sluice.terraform import backend
from tests.sluice.doctor.conftest import Look

PRIVATE = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)


@pytest.fixture
def bucket(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:  # noqa: ARG001
    """The name of a bucket that local.s3.tfbackend would name; it is not there yet."""
    name = f"doctor-{uuid4().hex[:8]}"
    monkeypatch.setattr(backend, "read_settings", lambda _: {"bucket": name, "key": "sluice/local.tfstate"})
    yield name
    if name in {known["Name"] for known in boto3.client("s3").list_buckets()["Buckets"]}:
        found = boto3.resource("s3").Bucket(name)
        found.object_versions.delete()
        found.delete()


def make(name: str) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})


def test_a_bucket_that_is_not_there_is_to_be_made(bucket: str, look: Look) -> None:
    outcome = look(state.check_bucket)
    assert outcome.status is Status.FAIL
    assert bucket in outcome.message
    assert "make bootstrap ENV=local" in outcome.fix


def test_what_a_bucket_lacks_is_named_until_it_has_it(bucket: str, look: Look) -> None:
    make(bucket)
    s3 = boto3.client("s3")
    s3.delete_public_access_block(Bucket=bucket)
    assert look(state.check_bucket).status is Status.WARN
    assert look(state.check_bucket).message.endswith("is not versioned and not private by a public access block.")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={**PRIVATE, "BlockPublicPolicy": False})
    assert look(state.check_bucket).message.endswith("is not private by a public access block.")
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=PRIVATE)
    assert look(state.check_bucket).status is Status.OK


def test_who_holds_the_lock_is_told(bucket: str, look: Look) -> None:
    assert look(state.check_lock).status is Status.OK
    make(bucket)
    assert look(state.check_lock).status is Status.OK
    about = {
        "ID": "7c1f0d5e",
        "Operation": "OperationTypeApply",
        "Who": "ann@laptop",
        "Created": "2026-11-22T01:02:03Z",
    }
    boto3.client("s3").put_object(Bucket=bucket, Key="sluice/local.tfstate.tflock", Body=json.dumps(about).encode())
    outcome = look(state.check_lock)
    assert outcome.status is Status.WARN
    assert "ann@laptop has locked the state since 2026-11-22T01:02:03Z " in outcome.message
    assert "force-unlock -force 7c1f0d5e" in outcome.fix
