"""A layer's recipe: the small file beside its lock that says what the layer holds and leaves out, and why."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from build.package.target import PYTHONS, Target

# What an installer leaves behind: it differs from machine to machine or is of no use to a reader of the layer. That
# goes for its .pyc files too: bytecode.py makes those that are packed, later and always the same.
_INSTALLED = ("RECORD", "INSTALLER", "REQUESTED", "WHEEL", "direct_url.json", "uv_cache.json", "entry_points.txt")
ALWAYS = ("bin/*", ".lock", "*/__pycache__/*", "*.pyc", *(f"*.dist-info/{file}" for file in _INSTALLED))


@dataclass(frozen=True)
class Recipe:
    """What becomes of a lock's distributions.

    `omit`, `keep` and `drop` map a distribution, and fnmatch patterns of paths, to the reason; where `keep` names
    anything, nothing else is packed. `cut` maps patterns of shared libraries that lose what only debuggers read to the
    reason, `pack` a shared library that is cut and compressed to the path of its compressed form. `alone` is the reason
    for locking the distributions without what they depend on, if there is one; `uncompiled` that for packing no .pyc
    files. `newest_python` is the last that there are wheels for.
    """

    name: str
    engine: str | None
    omit: Mapping[str, str]
    keep: Mapping[str, str]
    drop: Mapping[str, str]
    cut: Mapping[str, str]
    pack: Mapping[str, str]
    alone: str | None
    uncompiled: str | None
    newest_python: str

    @classmethod
    def read(cls, path: Path) -> "Recipe":
        """The recipe at `path`, named after its file."""
        data = tomllib.loads(path.read_text())
        return cls(
            name=path.stem,
            engine=data.get("engine"),
            omit=data.get("omit", {}),
            keep=data.get("keep", {}),
            drop=data.get("drop", {}),
            cut=data.get("cut", {}),
            pack=data.get("pack", {}),
            alone=data.get("alone"),
            uncompiled=data.get("uncompiled"),
            newest_python=data.get("newest_python", PYTHONS[-1]),
        )

    def fits(self, target: Target) -> bool:
        """Whether the layer can be made for `target`."""
        return PYTHONS.index(target.python) <= PYTHONS.index(self.newest_python)

    def keeps(self, path: str) -> bool:
        """Whether the installed file `path` (with slashes, from the layer's python/) is in the layer."""
        if any(fnmatchcase(path, pattern) for pattern in (*ALWAYS, *self.drop)):
            return False
        return not self.keep or path in self.pack or any(fnmatchcase(path, pattern) for pattern in self.keep)

    def cuts(self, path: str) -> bool:
        """Whether the file is a shared library that is packed without what only debuggers read."""
        return path in self.pack or any(fnmatchcase(path, pattern) for pattern in self.cut)
