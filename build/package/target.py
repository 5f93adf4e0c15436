"""The platform that artifacts are built for: a Python version and a Lambda architecture."""

import platform
import sys
from dataclasses import dataclass

from build.errors import PackageError

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
_MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}  # by Lambda's architecture: the machine in a wheel's tag


@dataclass(frozen=True)
class Target:
    """A Python version ("3.13") and a Lambda architecture ("arm64").

    Raises:
        PackageError: The version or the architecture is not supported.
    """

    python: str
    architecture: str

    def __post_init__(self) -> None:
        if self.python not in PYTHONS:
            known = ", ".join(PYTHONS)
            raise PackageError(f"Python {self.python!r} is not supported: choose one of {known}.")
        if self.architecture not in _MACHINES:
            known = " or ".join(_MACHINES)
            raise PackageError(f"Architecture {self.architecture!r} is not supported by Lambda: choose {known}.")

    @classmethod
    def current(cls, python: str | None = None, architecture: str | None = None) -> "Target":
        """Return the target of this Python and this machine; arguments replace either."""
        machine = platform.machine()
        architectures = {machine_name: name for name, machine_name in _MACHINES.items()}
        return cls(
            python or f"{sys.version_info.major}.{sys.version_info.minor}",
            architecture or architectures.get(machine, machine),
        )

    @property
    def platform(self) -> str:
        """The wheels' platform in uv's notation: glibc 2.28, the oldest that the layers' wheels support."""
        return f"{_MACHINES[self.architecture]}-manylinux_2_28"

    @property
    def runs_on_aws(self) -> bool:
        """Whether Lambda's runtime of this Python has glibc 2.34; the runtime of Python 3.11 has 2.26."""
        return self.python != "3.11"

    def __str__(self) -> str:
        return f"{self.python}-{self.architecture}"
