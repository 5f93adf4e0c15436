"""Supported Python versions and architectures."""

import pytest

from build.errors import PackageError
from build.package.target import Target


@pytest.mark.parametrize("python", ["3.10", "2.7", "3", "3.13.1", "3.15", "python3.13", " 3.13"])
def test_unknown_python_is_refused(python: str) -> None:
    with pytest.raises(PackageError, match=r"is not supported: choose one of 3\.11, "):
        Target(python, "arm64")


@pytest.mark.parametrize("architecture", ["aarch64", "amd64", "mips", "ARM64"])
def test_unknown_architecture_is_refused(architecture: str) -> None:
    with pytest.raises(PackageError, match="is not supported by Lambda: choose x86_64 or arm64"):
        Target("3.13", architecture)


def test_wheel_platform_has_the_machine_of_the_architecture() -> None:
    assert Target("3.13", "arm64").platform == "aarch64-manylinux_2_28"
    assert Target("3.13", "x86_64").platform == "x86_64-manylinux_2_28"


@pytest.mark.parametrize(("machine", "architecture"), [("x86_64", "x86_64"), ("aarch64", "arm64"), ("arm64", "arm64")])
def test_default_target_is_this_machine(monkeypatch: pytest.MonkeyPatch, machine: str, architecture: str) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert Target.current("3.13") == Target("3.13", architecture)


def test_unsupported_machine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(PackageError, match="'riscv64' is not supported by Lambda"):
        Target.current()
