"""What artifacts are built for: a Python and a processor, in Lambda's words."""

import platform
import sys
from dataclasses import dataclass

from build.package.error import PackageError

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
_MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}  # Lambda's word: the wheels' word


@dataclass(frozen=True)
class Target:
    """A Python version ("3.13") and a Lambda architecture ("arm64"); raises PackageError for an unknown one."""

    python: str
    architecture: str

    def __post_init__(self) -> None:
        if self.python not in PYTHONS:
            known = ", ".join(PYTHONS)
            raise PackageError(f"Python {self.python!r} is not one that can be built for: choose one of {known}.")
        if self.architecture not in _MACHINES:
            known = " or ".join(_MACHINES)
            raise PackageError(f"Architecture {self.architecture!r} is not one that Lambda has: choose {known}.")

    @classmethod
    def here(cls, python: str | None = None, architecture: str | None = None) -> "Target":
        """This machine's own, where nothing else is said."""
        machine = platform.machine()
        lambdas_word = {wheels: word for word, wheels in _MACHINES.items()} | {word: word for word in _MACHINES}
        return cls(
            python or f"{sys.version_info.major}.{sys.version_info.minor}",
            architecture or lambdas_word.get(machine, machine),
        )

    @property
    def platform(self) -> str:
        """The wheels' platform, as uv names it: glibc 2.28, the oldest that the layers' wheels accept."""
        return f"{_MACHINES[self.architecture]}-manylinux_2_28"

    @property
    def runs_on_aws(self) -> bool:
        """Whether Lambda's runtime of this Python has a glibc (2.34) that is new enough; 3.11's is 2.26."""
        return self.python != "3.11"

    def __str__(self) -> str:
        return f"{self.python}-{self.architecture}"
