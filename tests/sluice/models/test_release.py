"""MODEL and SHARE become Terraform's variables."""

import pytest
from typer.testing import CliRunner

from build import bundle
from sluice.cli import app
from sluice.environment import Environment
from sluice.models.release import ReleaseError, build_environment_variables, build_release_variables
from sluice.models.versions import Version
from tests.support.bundle_variants import LITERT

DIGITS = Version("digits", "0" * 64)
OUTPUTS = {"versions": {"worker": {"live": "3", "newest": "4"}, "bulk_reduce": {"live": "1", "newest": "1"}}}


def test_release_without_version_and_share_sets_nothing() -> None:
    assert build_release_variables(OUTPUTS, None, None) == {}


def test_release_version_alone_takes_all_calls() -> None:
    assert build_release_variables(OUTPUTS, DIGITS, None) == {"model": str(DIGITS)}


def test_release_share_keeps_live_versions_for_the_rest() -> None:
    variables = build_release_variables(OUTPUTS, DIGITS, 0.25)
    assert variables["canary"] == {"traffic_share": 0.25, "stable_versions": {"worker": "3", "bulk_reduce": "1"}}
    assert build_environment_variables(variables) == {
        "TF_VAR_model": str(DIGITS),
        "TF_VAR_canary": '{"traffic_share": 0.25, "stable_versions": {"worker": "3", "bulk_reduce": "1"}}',
    }


def test_release_share_before_first_apply_is_refused() -> None:
    with pytest.raises(ReleaseError, match="no version is live yet: apply without SHARE first"):
        build_release_variables({}, None, 0.1)


def test_release_before_first_apply_uses_local_bundles(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = Environment("local")
    environment.outputs_if_any = {}
    monkeypatch.setattr(Environment, "open", lambda _: environment)
    digest = bundle.digest(LITERT)
    result = CliRunner().invoke(app, ["release", "--model", f"digits@{digest[:10]}"])
    assert result.exit_code == 0
    assert result.stdout == f"export TF_VAR_model=digits@{digest}\n"
