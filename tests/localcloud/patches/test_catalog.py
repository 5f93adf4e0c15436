"""The descriptions of patches are complete, and localcloud/README.md lists them."""

import re
from collections import Counter
from pathlib import Path

import pytest

from localcloud.patches import catalog
from localcloud.patches.catalog import PatchDescription

PATCHES = catalog.list_patches()
TESTS = Path(__file__).parent
TESTED_WITH_ENGINE = {"xray/api.py"}


def test_readme_lists_current_patches() -> None:
    text = catalog.README.read_text()
    assert text == catalog.update_readme(text), "run python -m localcloud.patches.catalog"


def test_patch_names_are_unique() -> None:
    counts = Counter(described.name for described in PATCHES)
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("described", PATCHES, ids=lambda described: described.name)
def test_patch_description_names_document_and_upstream(described: PatchDescription) -> None:
    assert re.search(r"(Guide|Reference)\b", described.aws), "name AWS's document"
    assert re.match(r"could be offered\b|not offered: \S", described.upstream)


@pytest.mark.parametrize("module", sorted({described.module for described in PATCHES} - TESTED_WITH_ENGINE))
def test_patch_module_has_contract_test(module: str) -> None:
    path = Path(module)
    assert (TESTS / path.with_name(f"test_{path.name}")).is_file()


def test_patch_without_section_is_rejected() -> None:
    with pytest.raises(ValueError, match='The docstring of the patch "p" needs the sections AWS, ministack and Upst'):
        catalog._split_sections("p", "AWS: does it.\nUpstream: could be offered.")
