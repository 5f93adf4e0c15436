"""The order in which patches are applied follows from what each must come after."""

import graphlib
import itertools
import json
import subprocess

import pytest

from localcloud.patches import catalog, registry
from localcloud.settings import ROOT, find_python

AFTER = {described.name: described.after for described in catalog.list_patches()}


def earlier_patches(name: str) -> set[str]:
    """Return all patches that must be applied before a patch."""
    direct = set(AFTER[name])
    return direct.union(*(earlier_patches(each) for each in direct))


@pytest.mark.parametrize("descending", [False, True])
def test_sort_names_puts_each_patch_after_its_predecessors(descending: bool) -> None:
    names = registry.sort_names(AFTER, descending=descending)
    assert sorted(names) == sorted(AFTER)
    for name, after in AFTER.items():
        assert all(names.index(earlier) < names.index(name) for earlier in after), name


def test_sort_names_is_alphabetical_where_order_is_free() -> None:
    after = {"c": (), "a": ("c",), "b": (), "d": ("b",)}
    assert registry.sort_names(after) == ["b", "c", "a", "d"]
    assert registry.sort_names(after, descending=True) == ["c", "b", "d", "a"]


def test_sort_names_with_cycle_is_rejected() -> None:
    with pytest.raises(graphlib.CycleError):
        registry.sort_names({"a": ("b",), "b": ("a",)})


def test_sort_names_with_unknown_predecessor_is_rejected() -> None:
    with pytest.raises(ValueError, match='The patch "a" comes after an unknown patch: b'):
        registry.sort_names({"a": ("b",)})


def test_duplicate_name_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "PATCHES", {})
    registry.patch("one")(lambda _: None)
    with pytest.raises(ValueError, match='Duplicate patch "one"'):
        registry.patch("one")(lambda _: None)


def set_attributes(*, descending: bool) -> dict[str, list[str]]:
    """Return the patches that set each attribute of ministack, in the order in which they were applied."""
    script = ROOT / "tests/support/localcloud/patched_attributes.py"
    command = [str(find_python("cloud")), str(script), *registry.sort_names(AFTER, descending=descending)]
    run = subprocess.run(command, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=True)
    setters: dict[str, list[str]] = json.loads(run.stdout)
    return setters


def test_patches_of_same_attribute_are_ordered() -> None:
    setters = set_attributes(descending=False)
    assert len(setters) > 60
    for attribute, names in setters.items():
        for earlier, later in itertools.pairwise(names):
            assert earlier in earlier_patches(later), f"{later} and {earlier} both set {attribute}: add after="


def test_any_valid_order_wraps_attributes_alike() -> None:
    assert set_attributes(descending=True) == set_attributes(descending=False)
