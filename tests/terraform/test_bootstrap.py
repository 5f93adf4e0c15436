"""terraform/bootstrap: what it refuses at plan, and that what it made cannot be destroyed."""

import pytest

from localcloud import LocalCloud
from tests.support import terraform_root
from tests.support.terraform_root import Root

OVERRIDE = 'terraform {\n  backend "local" {}\n}\n'
KEYS = {"dev": "sluice/dev.tfstate", "prod": "sluice/prod.tfstate"}


@pytest.fixture(scope="module")
def root(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Root:  # noqa: ARG001 - a plan asks AWS who it is
    folder = terraform_root.copy_project(tmp_path_factory.mktemp("bootstrap")) / "terraform" / "bootstrap"
    (folder / "backend_override.tf").write_text(OVERRIDE)
    return Root(folder, values={"bucket": "bootstrap-state", "keys": KEYS})


def test_every_environment_in_the_bucket_has_a_rule_and_three_policies(root: Root) -> None:
    planned = root.plan().resources
    rules = planned["module.states.aws_s3_bucket_lifecycle_configuration.this"]["rule"]
    prefixes = {rule["filter"][0]["prefix"] for rule in rules if rule["noncurrent_version_expiration"]}
    assert prefixes == {f"sluice/{name}.tfstate.tflock" for name in ("dev", "prod", "bootstrap")}
    policies = {values["name"] for address, values in planned.items() if "aws_iam_policy" in address}
    assert policies == {f"sluice-{name}-{kind}" for name in KEYS for kind in ("plan", "operate", "apply")}


def test_what_cannot_be_is_said_at_plan(root: Root) -> None:
    refusal = root.refusal(bucket="State", keys={"dev": "one.tfstate", "dev-two": "one.tfstate"})
    assert 'bucket is "State", but a bucket\'s name has 3 to 63 lower-case letters' in refusal
    assert "Two environments have one key, or that of bootstrap itself" in refusal
    assert "Of dev, dev-two, one begins with another and a -" in refusal
    long = {"e" * 16: f"{'k' * 300}.tfstate"}
    assert f"The policy sluice-{'e' * 16}-apply has" in root.refusal(keys=long)


def test_what_was_made_is_never_destroyed_or_replaced(root: Root) -> None:
    # The bucket and what holds it, without the bucket's rules, for which the provider waits a minute.
    root.apply_only("module.states.aws_s3_bucket.this", "terraform_data.states_are_kept")
    for refusal in (root.refusal_to_destroy(), root.refusal(bucket="another-state")):
        assert "Instance cannot be destroyed" in refusal
        assert "terraform_data.states_are_kept" in refusal
