"""The lock files hold on every machine: hashes, no place, and one version of a thing."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from build.package.recipe import Recipe

BUILD = Path(__file__).parents[2] / "build"
LOCKS = sorted(BUILD.glob("requirements/*.lock")) + sorted(BUILD.glob("layers/*.lock"))
SOURCES = sorted(BUILD.glob("requirements/*.in")) + sorted(BUILD.glob("layers/*.in"))
LAYERS = sorted(BUILD.glob("layers/*.toml"))
_PIN = re.compile(
    r"^([a-z0-9-]+)==([^ ;]+)((?: ;[^\\]+)?) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)


def pins(lock: Path) -> dict[str, set[tuple[str, str]]]:
    """Each distribution's versions and the markers under which they hold."""
    found = defaultdict(set)
    for name, version, marker, _ in _PIN.findall(lock.read_text()):
        found[name].add((version, marker))
    return dict(found)


def test_every_source_has_its_lock() -> None:
    assert [source.with_suffix(".lock") for source in SOURCES] == LOCKS


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_lock_is_pins_with_hashes_and_nothing_else(lock: Path) -> None:
    assert pins(lock)
    assert _PIN.sub("", lock.read_text()).strip() == ""


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_what_is_asked_for_is_locked(source: Path) -> None:
    wanted = {line for line in source.read_text().splitlines() if re.match("[a-z]", line)}
    locked = pins(source.with_suffix(".lock"))
    assert {re.split(r"[\[=; ]", line)[0] for line in wanted} <= locked.keys()


def test_environments_that_meet_agree_on_versions() -> None:
    """A function is tested with the versions that it ships with. The local cloud and the lints live alone."""
    versions = defaultdict(set)
    for lock in LOCKS:
        if lock.stem not in ("cloud", "lint"):
            for name, found in pins(lock).items():
                versions[name].add(frozenset(found))
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


@pytest.mark.parametrize("recipe", LAYERS, ids=lambda recipe: recipe.stem)
def test_layer_lock_leaves_out_what_its_recipe_omits(recipe: Path) -> None:
    assert not Recipe.from_file(recipe).omit.keys() & pins(recipe.with_suffix(".lock")).keys()


def test_powertools_leaves_to_the_runtime_what_the_runtime_has() -> None:
    runtime = pins(BUILD / "requirements" / "runtime.lock").keys()
    assert not runtime & pins(BUILD / "layers" / "powertools.lock").keys()
    assert Recipe.from_file(BUILD / "layers" / "powertools.toml").omit.keys() <= runtime
