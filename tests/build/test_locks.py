"""Lock files work on every machine: hashes, no index, and one version of each distribution."""

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


def read_pins(lock: Path) -> dict[str, set[tuple[str, str]]]:
    """Return the versions and markers of each distribution."""
    pins = defaultdict(set)
    for name, version, marker, _ in _PIN.findall(lock.read_text()):
        pins[name].add((version, marker))
    return dict(pins)


def test_every_source_has_a_lock() -> None:
    assert [source.with_suffix(".lock") for source in SOURCES] == LOCKS


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_lock_contains_only_pins_with_hashes(lock: Path) -> None:
    assert read_pins(lock)
    assert _PIN.sub("", lock.read_text()).strip() == ""


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_required_distributions_are_locked(source: Path) -> None:
    required = {line for line in source.read_text().splitlines() if re.match("[a-z]", line)}
    locked = read_pins(source.with_suffix(".lock"))
    assert {re.split(r"[\[=; ]", line)[0] for line in required} <= locked.keys()


def test_environments_share_versions() -> None:
    """Functions are tested with the versions that they ship with; the local cloud and the lints are separate."""
    versions = defaultdict(set)
    for lock in LOCKS:
        if lock.stem not in ("cloud", "lint"):
            for name, pins in read_pins(lock).items():
                versions[name].add(frozenset(pins))
    assert {name: pins for name, pins in versions.items() if len(pins) > 1} == {}


@pytest.mark.parametrize("recipe", LAYERS, ids=lambda recipe: recipe.stem)
def test_layer_lock_omits_distributions_of_its_recipe(recipe: Path) -> None:
    assert not Recipe.from_file(recipe).omit.keys() & read_pins(recipe.with_suffix(".lock")).keys()


def test_powertools_omits_distributions_of_the_runtime() -> None:
    runtime = read_pins(BUILD / "requirements" / "runtime.lock").keys()
    assert not runtime & read_pins(BUILD / "layers" / "powertools.lock").keys()
    assert Recipe.from_file(BUILD / "layers" / "powertools.toml").omit.keys() <= runtime
