"""References such as digits@8f3a2c are matched with versions."""

from pathlib import Path

import pytest

from sluice.models import versions
from sluice.models.versions import Version, VersionError
from tests.support.bundle_variants import write_variant

ONE, TWO = Version("digits", "8f3a" + "0" * 60), Version("digits", "8f3b" + "0" * 60)
KNOWN = [ONE, TWO, Version("pets", "8f3a" + "1" * 60)]


@pytest.mark.parametrize("reference", ["digits@8f3a", f"digits@{ONE.hash}"])
def test_match_version_accepts_the_first_digits(reference: str) -> None:
    assert versions.match_version(reference, KNOWN) == ONE


def test_match_version_whole_hash_need_not_be_known() -> None:
    assert versions.match_version(f"cars@{'c' * 64}", KNOWN) == Version("cars", "c" * 64)


@pytest.mark.parametrize(
    ("reference", "message"),
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
def test_match_version_refuses_other_references(reference: str, message: str) -> None:
    with pytest.raises(VersionError) as error:
        versions.match_version(reference, KNOWN)
    assert message in str(error.value)


def test_find_local_bundles_ignores_unfinished_ones(tmp_path: Path) -> None:
    digest = write_variant(tmp_path / "models" / "pets" / "8f3a", name="pets")
    (tmp_path / "models" / "pets" / "unfinished").mkdir()
    (tmp_path / "models" / "pets" / "unfinished" / "manifest.json").write_text("{")
    expected = {Version("pets", digest): tmp_path / "models" / "pets" / "8f3a"}
    assert versions.find_local_bundles(tmp_path) == expected
