"""What MODEL and SHARE ask of Terraform."""

import pytest
from typer.testing import CliRunner

from build import bundle
from sluice.cli import app
from sluice.environment import Environment
from sluice.models import release
from sluice.models.release import ReleaseError
from sluice.models.versions import Version
from tests.support.bundle_variants import LITERT

DIGITS = Version("digits", "0" * 64)
OUTPUTS = {"versions": {"worker": {"live": "3", "newest": "4"}, "bulk_reduce": {"live": "1", "newest": "1"}}}


def test_without_a_word_nothing_is_asked() -> None:
    assert release.release_variables(OUTPUTS, None, None) == {}


def test_a_version_alone_takes_all_calls() -> None:
    assert release.release_variables(OUTPUTS, DIGITS, None) == {"model": str(DIGITS)}


def test_the_versions_that_answer_now_keep_the_other_calls() -> None:
    asked = release.release_variables(OUTPUTS, DIGITS, 0.25)
    assert asked["canary"] == {"traffic_share": 0.25, "stable_versions": {"worker": "3", "bulk_reduce": "1"}}
    assert release.environment_variables(asked) == {
        "TF_VAR_model": str(DIGITS),
        "TF_VAR_canary": '{"traffic_share": 0.25, "stable_versions": {"worker": "3", "bulk_reduce": "1"}}',
    }


def test_the_first_apply_has_nobody_to_share_with() -> None:
    with pytest.raises(ReleaseError, match="no version is live yet: apply without SHARE first"):
        release.release_variables({}, None, 0.1)


def test_before_the_first_apply_a_version_is_one_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    deployed = Environment("local")
    deployed.outputs_if_any = {}  # as Terraform tells it then
    monkeypatch.setattr(Environment, "open", lambda _: deployed)
    digest = bundle.digest(LITERT)
    told = CliRunner().invoke(app, ["release", "--model", f"digits@{digest[:10]}"])
    assert (told.exit_code, told.stdout) == (0, f"export TF_VAR_model=digits@{digest}\n")
