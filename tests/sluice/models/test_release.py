"""What MODEL and SHARE ask of Terraform."""

import os
import subprocess

import pytest
from typer.testing import CliRunner

from build import bundle
from sluice.__main__ import app
from sluice.environment import Environment
from sluice.models import release
from sluice.models.release import ReleaseError
from sluice.models.versions import Version
from tests.support.bundle_variants import LITERT
from tests.support.terraform_root import PROJECT

DIGITS = Version("digits", "0" * 64)
OUTPUTS = {"versions": {"worker": {"live": "3", "newest": "4"}, "bulk_reduce": {"live": "1", "newest": "1"}}}


def test_without_a_word_nothing_is_asked() -> None:
    assert release.values(OUTPUTS, None, None) == {}


def test_a_version_alone_takes_all_calls() -> None:
    assert release.values(OUTPUTS, DIGITS, None) == {"model": str(DIGITS)}


def test_the_versions_that_answer_now_keep_the_other_calls() -> None:
    asked = release.values(OUTPUTS, DIGITS, 0.25)
    assert asked["release"] == {"share": 0.25, "stable": {"worker": "3", "bulk_reduce": "1"}}
    assert release.exports(asked) == {
        "TF_VAR_model": str(DIGITS),
        "TF_VAR_release": '{"share": 0.25, "stable": {"worker": "3", "bulk_reduce": "1"}}',
    }


def test_the_first_apply_has_nobody_to_share_with() -> None:
    with pytest.raises(ReleaseError, match="none answers yet: apply without it first"):
        release.values({}, None, 0.1)


def test_before_the_first_apply_a_version_is_one_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    deployed = Environment("local")
    deployed.outputs_if_any = {}  # as Terraform tells it then
    monkeypatch.setattr(Environment, "open", lambda _: deployed)
    digest = bundle.digest(LITERT)
    told = CliRunner().invoke(app, ["release", "--model", f"digits@{digest[:10]}"])
    assert (told.exit_code, told.stdout) == (0, f"export TF_VAR_model=digits@{digest}\n")


def commands(*given: str) -> str:
    """The last command that `make` would run."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ("MAKEFLAGS", "MAKELEVEL", "ENV", "MODEL", "SHARE")
    }
    made = subprocess.run(
        ["make", "-n", "--no-print-directory", *given],
        cwd=PROJECT,
        env=inherited,
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout.splitlines()[-1]


def test_make_publishes_into_the_environment_that_was_said() -> None:
    assert "export SLUICE_ENV=dev TF_DATA_DIR=" in commands("publish", "ENV=dev", "MODEL=digits@8f3a")


def test_make_asks_for_nothing_that_was_not_said() -> None:
    assert "ops release" not in commands("apply", "ENV=dev")
    assert "ops release" not in commands("plan", "ENV=dev")
    assert 'ops release --model "digits@8f3a" --share "0.1"' in commands(
        "apply", "ENV=dev", "MODEL=digits@8f3a", "SHARE=0.1"
    )
    assert 'ops release --model "digits@8f3a"  --look)' in commands("plan", "ENV=dev", "MODEL=digits@8f3a")
