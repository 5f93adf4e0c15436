"""modules/bucket: private, versioned, encrypted, and forgetful of what it was told to forget."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.terraform_root import Root


@pytest.fixture(scope="module")
def bucket(module: Callable[..., Root]) -> Root:
    return module("bucket", name="jobs", folders=["jobs", "lists/new"])


@pytest.fixture(scope="module")
def planned(bucket: Root) -> dict[str, dict[str, Any]]:
    return bucket.plan(keep_days={"jobs": 7}, keep_replaced_days=1).resources


def test_it_is_private(planned: dict[str, dict[str, Any]]) -> None:
    block = planned["module.private.aws_s3_bucket_public_access_block.this"]
    assert all(block[rule] for rule in ("block_public_acls", "block_public_policy", "ignore_public_acls"))
    assert block["restrict_public_buckets"] is True
    assert planned["module.private.aws_s3_bucket_ownership_controls.this"]["rule"] == [
        {"object_ownership": "BucketOwnerEnforced"}
    ]


def test_it_is_encrypted_and_versioned(planned: dict[str, dict[str, Any]]) -> None:
    (rule,) = planned["module.private.aws_s3_bucket_server_side_encryption_configuration.this"]["rule"]
    assert rule["apply_server_side_encryption_by_default"][0]["sse_algorithm"] == "aws:kms"
    assert rule["bucket_key_enabled"] is True
    assert planned["module.private.aws_s3_bucket_versioning.this"]["versioning_configuration"][0]["status"] == "Enabled"


def test_changes_in_it_are_events(planned: dict[str, dict[str, Any]]) -> None:
    assert planned["module.private.aws_s3_bucket_notification.this"]["eventbridge"] is True


def test_its_name_carries_the_account_and_its_content_is_not_destroyed(planned: dict[str, dict[str, Any]]) -> None:
    bucket = planned["module.private.aws_s3_bucket.this"]
    name, _, account = bucket["bucket"].rpartition("-")
    assert (name, len(account), account.isdigit()) == ("jobs", 12, True)
    assert bucket["force_destroy"] is False


def test_objects_of_a_folder_and_replaced_versions_are_forgotten_in_time(planned: dict[str, dict[str, Any]]) -> None:
    rests, jobs, replaced = planned["module.private.aws_s3_bucket_lifecycle_configuration.this"]["rule"]
    assert rests["abort_incomplete_multipart_upload"] == [{"days_after_initiation": 1}]
    assert rests["expiration"][0]["expired_object_delete_marker"] is True
    assert replaced["noncurrent_version_expiration"][0]["noncurrent_days"] == 1
    assert (jobs["filter"][0]["prefix"], jobs["expiration"][0]["days"]) == ("jobs/", 7)
    assert {rule["status"] for rule in (rests, replaced, jobs)} == {"Enabled"}


def test_what_cannot_be_is_said_at_plan(bucket: Root) -> None:
    refusal = bucket.refusal(name="Jobs", folders=["/jobs/"], keep_replaced_days=0.5)
    for sentence in (
        'The bucket\'s name "Jobs" must have 2 to 50 lower-case letters',
        "Every entry of folders must be like jobs or models/digits",
        "keep_replaced_days is 0.5, but must be a whole number of days",
    ):
        assert sentence in refusal
    for days in ({"elsewhere": 7}, {"jobs": 0}):
        refusal = bucket.refusal(keep_days=days)
        assert "Every entry of keep_days must be one of folders and a whole number of days" in refusal
