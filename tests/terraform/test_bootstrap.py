"""terraform/bootstrap: invalid variables fail the plan, and the state bucket cannot be destroyed."""

import pytest

from localcloud import LocalCloud
from tests.support import terraform_root
from tests.support.terraform_root import Root

OVERRIDE = 'terraform {\n  backend "local" {}\n}\n'
KEYS = {"dev": "sluice/dev.tfstate", "prod": "sluice/prod.tfstate"}


@pytest.fixture(scope="module")
def root(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Root:  # noqa: ARG001 - a plan asks AWS for the account
    folder = terraform_root.copy_project(tmp_path_factory.mktemp("bootstrap")) / "terraform" / "bootstrap"
    (folder / "backend_override.tf").write_text(OVERRIDE)
    return Root(folder, values={"bucket": "bootstrap-state", "keys": KEYS})


def test_each_environment_has_a_lock_rule_and_three_policies(root: Root) -> None:
    planned = root.plan().resources
    rules = planned["module.state_bucket.aws_s3_bucket_lifecycle_configuration.this"]["rule"]
    prefixes = {rule["filter"][0]["prefix"] for rule in rules if rule["noncurrent_version_expiration"]}
    assert prefixes == {f"sluice/{name}.tfstate.tflock" for name in ("dev", "prod", "bootstrap")}
    policies = {values["name"] for address, values in planned.items() if "aws_iam_policy" in address}
    assert policies == {f"sluice-{name}-{kind}" for name in KEYS for kind in ("plan", "operate", "apply")}


def test_invalid_bootstrap_variables_fail_the_plan(root: Root) -> None:
    error = root.plan_error(bucket="State", keys={"dev": "one.tfstate", "dev-two": "one.tfstate"})
    assert 'bucket is "State", but must have 3 to 63 lower-case letters' in error
    assert "Two environments have the same key, or one has that of the bootstrap state" in error
    assert "Of the environments dev, dev-two, the name of one and a hyphen start the name of another" in error
    long = {"e" * 16: f"{'k' * 300}.tfstate"}
    assert f"The policy sluice-{'e' * 16}-apply has" in root.plan_error(keys=long)


def test_state_bucket_cannot_be_destroyed_or_replaced(root: Root) -> None:
    # The bucket and the resource that protects it, without the bucket's rules, for which the provider waits a minute.
    root.apply_only("module.state_bucket.aws_s3_bucket.this", "terraform_data.prevent_destroy")
    for error in (root.destroy_error(), root.plan_error(bucket="another-state")):
        assert "Instance cannot be destroyed" in error
        assert "terraform_data.prevent_destroy" in error
