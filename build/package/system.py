"""Whether a layer's shared objects load on Lambda's system libraries: a wheel's tag may promise what is not so."""

import re
from collections.abc import Mapping

from build.package.error import PackageError
from build.package.target import Target

# Amazon Linux 2023: glibc 2.34 for good; the libstdc++ of GCC 14 since its releases of April 2025 (3.4.29 before).
HAS = {"GLIBC": (2, 34), "GLIBCXX": (3, 4, 33)}
_NEED = re.compile(rb"\0(GLIBC|GLIBCXX)_(\d+(?:\.\d+)+)(?=\0)")


def needs(files: Mapping[str, bytes | bytearray]) -> dict[str, tuple[tuple[int, ...], str]]:
    """The newest version of each system library that shared objects ask for, and the first file that does."""
    newest: dict[str, tuple[tuple[int, ...], str]] = {}
    for path in sorted(path for path in files if ".so" in path):
        for library, version in _NEED.findall(files[path]):
            need = tuple(map(int, version.split(b".")))
            if need > newest.get(library.decode(), ((), ""))[0]:
                newest[library.decode()] = (need, path)
    return newest


def check(files: Mapping[str, bytes | bytearray], target: Target) -> None:
    """Raise PackageError when a file of a layer would not load on AWS; what never goes there may need what it likes."""
    if not target.runs_on_aws:
        return
    for library, (need, path) in needs(files).items():
        if need > HAS[library]:
            raise PackageError(
                f"{path} needs {_written(library, need)} and Lambda has {_written(library, HAS[library])}: "
                "pin an older version of its distribution in build/layers/*.in and lock again."
            )


def _written(library: str, version: tuple[int, ...]) -> str:
    return f"{library}_{'.'.join(map(str, version))}"
