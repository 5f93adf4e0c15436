"""A layer's recipe: the small file beside its lock that says what the layer leaves out, and why."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

# What an installer leaves behind: it differs from machine to machine or is of no use to a reader of the layer.
_INSTALLED = ("RECORD", "INSTALLER", "REQUESTED", "WHEEL", "direct_url.json", "uv_cache.json", "entry_points.txt")
ALWAYS = ("bin/*", ".lock", "*/__pycache__/*", "*.pyc", *(f"*.dist-info/{file}" for file in _INSTALLED))


@dataclass(frozen=True)
class Recipe:
    """`omit` and `drop` map a distribution, and an fnmatch pattern of paths, to the reason for leaving it out."""

    name: str
    engine: str | None
    omit: Mapping[str, str]
    drop: Mapping[str, str]

    @classmethod
    def read(cls, path: Path) -> "Recipe":
        """The recipe at `path`, named after its file."""
        data = tomllib.loads(path.read_text())
        return cls(path.stem, data.get("engine"), data.get("omit", {}), data.get("drop", {}))

    def keeps(self, path: str) -> bool:
        """Whether the installed file `path` (with slashes, from the layer's python/) is packed."""
        return not any(fnmatchcase(path, pattern) for pattern in (*ALWAYS, *self.drop))
