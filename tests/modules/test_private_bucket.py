"""modules/private_bucket: forgets what it is told to, and refuses what S3 would. The rest is in test_bucket.py."""

from collections.abc import Callable

import pytest

from tests.support.terraform_root import Root


@pytest.fixture(scope="module")
def bucket(module: Callable[..., Root]) -> Root:
    return module("private_bucket", name="states.example")


def test_it_keeps_everything_but_what_it_is_told_to_forget(bucket: Root) -> None:
    assert bucket.plan().resources["aws_s3_bucket_lifecycle_configuration.this"]["rule"][1:] == []
    locks = {"locks": {"prefix": "dev.tfstate.tflock", "replaced_days": 1}}
    (rule,) = bucket.plan(forget=locks).resources["aws_s3_bucket_lifecycle_configuration.this"]["rule"][1:]
    assert (rule["id"], rule["status"]) == ("forget-locks", "Enabled")
    assert rule["filter"][0]["prefix"] == "dev.tfstate.tflock"
    assert (rule["noncurrent_version_expiration"][0]["noncurrent_days"], rule["expiration"]) == (1, [])


def test_what_cannot_be_is_said_at_plan(bucket: Root) -> None:
    refusal = bucket.refusal(name="States", forget={"all": {"days": 0.5}})
    assert 'The bucket\'s name "States" must have 3 to 63 lower-case letters' in refusal
    assert "Every days and replaced_days of forget must be a whole number of days, at least 1" in refusal
