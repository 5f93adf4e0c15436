"""A layer's recipe: the TOML file beside its lock that lists the files the layer contains and omits, with reasons."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from build.package.target import PYTHONS, Target

# Files of the installer: they differ between machines, or a layer does not need them. The installed .pyc files are
# among them; bytecode.py compiles reproducible ones.
_INSTALLED = ("RECORD", "INSTALLER", "REQUESTED", "WHEEL", "direct_url.json", "uv_cache.json", "entry_points.txt")
ALWAYS_DROPPED = ("bin/*", ".lock", "*/__pycache__/*", "*.pyc", *(f"*.dist-info/{file}" for file in _INSTALLED))


@dataclass(frozen=True)
class Recipe:
    """How to turn a lock's distributions into a layer.

    Patterns are fnmatch patterns of whole paths below the layer's python/ folder, where * also matches slashes.

    Attributes:
        name: The layer's name, from the file.
        engine: The engine whose models need this layer; None if all functions do.
        omit: Distributions that the lock leaves out: reasons by name.
        keep: Files to package: reasons by pattern. If it is not empty, nothing else is packaged.
        drop: Files to leave out: reasons by pattern.
        cut: Shared libraries to strip of debug information: reasons by pattern.
        pack: Shared libraries to strip and compress: the path of the compressed file by the original path.
        alone: The reason to lock the distributions without their dependencies, if they are.
        uncompiled: The reason to package no .pyc files, if there is one.
        newest_python: The newest Python that the distributions have wheels for.
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
    def from_file(cls, path: Path) -> "Recipe":
        """Read a recipe; its name is the file's."""
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

    def supports(self, target: Target) -> bool:
        """Return whether the layer can be built for `target`."""
        return PYTHONS.index(target.python) <= PYTHONS.index(self.newest_python)

    def keeps(self, path: str) -> bool:
        """Return whether the layer contains the installed file `path`."""
        if any(fnmatchcase(path, pattern) for pattern in (*ALWAYS_DROPPED, *self.drop)):
            return False
        return not self.keep or path in self.pack or any(fnmatchcase(path, pattern) for pattern in self.keep)

    def strips(self, path: str) -> bool:
        """Return whether `path` is a shared library to package without debug information."""
        return path in self.pack or any(fnmatchcase(path, pattern) for pattern in self.cut)
