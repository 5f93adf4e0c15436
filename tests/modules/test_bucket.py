"""modules/bucket: private, versioned and encrypted, with expiration rules."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.terraform_root import Root

LIFECYCLE = "aws_s3_bucket_lifecycle_configuration.this"
JOBS = {"jobs": {"prefix": "jobs/", "days": 7}, "replaced": {"noncurrent_days": 1}}


@pytest.fixture(scope="module")
def bucket(module: Callable[..., Root]) -> Root:
    return module("bucket", name="jobs.example", folders=["jobs", "lists/new"])


@pytest.fixture(scope="module")
def planned(bucket: Root) -> dict[str, dict[str, Any]]:
    return bucket.plan(expiration=JOBS).resources


def test_bucket_blocks_public_access(planned: dict[str, dict[str, Any]]) -> None:
    block = planned["aws_s3_bucket_public_access_block.this"]
    assert block["block_public_acls"] is True
    assert block["block_public_policy"] is True
    assert block["ignore_public_acls"] is True
    assert block["restrict_public_buckets"] is True
    ownership = planned["aws_s3_bucket_ownership_controls.this"]
    assert ownership["rule"] == [{"object_ownership": "BucketOwnerEnforced"}]


def test_bucket_is_encrypted_and_versioned(planned: dict[str, dict[str, Any]]) -> None:
    (rule,) = planned["aws_s3_bucket_server_side_encryption_configuration.this"]["rule"]
    assert rule["apply_server_side_encryption_by_default"][0]["sse_algorithm"] == "aws:kms"
    assert rule["bucket_key_enabled"] is True
    assert planned["aws_s3_bucket_versioning.this"]["versioning_configuration"][0]["status"] == "Enabled"


def test_bucket_sends_events_to_eventbridge(planned: dict[str, dict[str, Any]]) -> None:
    assert planned["aws_s3_bucket_notification.this"]["eventbridge"] is True


def test_bucket_keeps_its_name_and_content(planned: dict[str, dict[str, Any]]) -> None:
    bucket = planned["aws_s3_bucket.this"]
    assert bucket["bucket"] == "jobs.example"
    assert bucket["force_destroy"] is False


def test_bucket_name_is_known_at_plan(bucket: Root) -> None:
    assert bucket.plan().outputs["name"] == "jobs.example"


def test_objects_and_replaced_versions_expire(planned: dict[str, dict[str, Any]]) -> None:
    clean_up, jobs, replaced = planned[LIFECYCLE]["rule"]
    assert clean_up["abort_incomplete_multipart_upload"] == [{"days_after_initiation": 1}]
    assert clean_up["expiration"][0]["expired_object_delete_marker"] is True
    assert replaced["noncurrent_version_expiration"][0]["noncurrent_days"] == 1
    assert jobs["filter"][0]["prefix"] == "jobs/"
    assert jobs["expiration"][0]["days"] == 7
    assert {rule["status"] for rule in (clean_up, replaced, jobs)} == {"Enabled"}


def test_everything_without_expiration_is_kept(bucket: Root) -> None:
    assert bucket.plan().resources[LIFECYCLE]["rule"][1:] == []
    locks = {"locks": {"prefix": "dev.tfstate.tflock", "noncurrent_days": 1}}
    (rule,) = bucket.plan(expiration=locks).resources[LIFECYCLE]["rule"][1:]
    assert rule["id"] == "expire-locks"
    assert rule["status"] == "Enabled"
    assert rule["filter"][0]["prefix"] == "dev.tfstate.tflock"
    assert rule["noncurrent_version_expiration"][0]["noncurrent_days"] == 1
    assert rule["expiration"] == []


def test_invalid_bucket_variables_fail_the_plan(bucket: Root) -> None:
    error = bucket.plan_error(name="Jobs", folders=["/jobs/"])
    assert 'Invalid bucket name "Jobs": use 3 to 63 lower-case letters' in error
    assert "Every entry of folders must be like jobs or models/digits" in error


@pytest.mark.parametrize(
    "rule", [{"noncurrent_days": 0.5}, {"prefix": "jobs/", "days": 0.5}, {"prefix": "jobs/", "days": 0}]
)
def test_expiration_days_must_be_whole_and_positive(bucket: Root, rule: dict[str, Any]) -> None:
    error = bucket.plan_error(expiration={"rule": rule})
    assert "Every days and noncurrent_days of expiration must be a whole number of days, at least 1" in error


def test_expiration_outside_folders_is_rejected(bucket: Root) -> None:
    for prefix in ("elsewhere/", ""):
        error = bucket.plan_error(expiration={"other": {"prefix": prefix, "days": 7}})
        assert "The prefix of every expiration rule with days must be one of folders and a slash" in error
