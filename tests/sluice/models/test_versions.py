"""What people write for a version, and which one that means."""

from pathlib import Path

import pytest

from sluice.models import versions
from sluice.models.versions import Version, VersionError
from tests.support.bundle_variants import write_variant

ONE, TWO = Version("digits", "8f3a" + "0" * 60), Version("digits", "8f3b" + "0" * 60)
KNOWN = [ONE, TWO, Version("pets", "8f3a" + "1" * 60)]


@pytest.mark.parametrize("written", ["digits@8f3a", f"digits@{ONE.hash}"])
def test_a_few_digits_are_enough(written: str) -> None:
    assert versions.find(written, KNOWN) == ONE


def test_a_whole_hash_needs_not_be_known() -> None:
    assert versions.find(f"cars@{'c' * 64}", KNOWN) == Version("cars", "c" * 64)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("digits@8f3", f"digits@8f3 means several versions:\n  {ONE}\n  {TWO}"),
        ("digits@abc", f"digits@abc means none of the versions that there are:\n  {ONE}\n  {TWO}"),
        ("cars@abc", "cars@abc means none of the versions that there are: none at all."),
        ("models/nowhere", "'models/nowhere' is neither a folder with a model bundle nor a version such as"),
        ("digits", "'digits' is neither a folder"),
        ("digits@XYZ", "'digits@XYZ' is neither a folder"),
    ],
)
def test_what_means_no_version_is_told(written: str, sentence: str) -> None:
    with pytest.raises(VersionError) as refused:
        versions.find(written, KNOWN)
    assert sentence in str(refused.value)


def test_bundles_that_were_made_here_are_found(tmp_path: Path) -> None:
    made = write_variant(tmp_path / "models" / "pets" / "8f3a", name="pets")
    (tmp_path / "models" / "pets" / "unfinished").mkdir()
    (tmp_path / "models" / "pets" / "unfinished" / "manifest.json").write_text("{")
    assert versions.here(tmp_path) == {Version("pets", made): tmp_path / "models" / "pets" / "8f3a"}
