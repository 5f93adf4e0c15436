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
    assert versions.match_version(written, KNOWN) == ONE


def test_a_whole_hash_needs_not_be_known() -> None:
    assert versions.match_version(f"cars@{'c' * 64}", KNOWN) == Version("cars", "c" * 64)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("digits@8f3", f"digits@8f3 matches several versions:\n  {ONE}\n  {TWO}"),
        ("digits@abc", f"digits@abc does not match a known version. Known versions:\n  {ONE}\n  {TWO}"),
        ("cars@abc", "cars@abc does not match a known version. Known versions: none."),
        (
            "models/nowhere",
            'Invalid version "models/nowhere": use the folder of a model bundle, or a name, @ and the first digits',
        ),
        ("digits", 'Invalid version "digits"'),
        ("digits@XYZ", 'Invalid version "digits@XYZ"'),
    ],
)
def test_what_means_no_version_is_told(written: str, sentence: str) -> None:
    with pytest.raises(VersionError) as refused:
        versions.match_version(written, KNOWN)
    assert sentence in str(refused.value)


def test_bundles_that_were_made_here_are_found(tmp_path: Path) -> None:
    made = write_variant(tmp_path / "models" / "pets" / "8f3a", name="pets")
    (tmp_path / "models" / "pets" / "unfinished").mkdir()
    (tmp_path / "models" / "pets" / "unfinished" / "manifest.json").write_text("{")
    assert versions.find_local_bundles(tmp_path) == {Version("pets", made): tmp_path / "models" / "pets" / "8f3a"}
