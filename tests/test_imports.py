"""Imports between packages go one way: bench -> sluice -> {lambdas, localcloud, models, build}."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
LAMBDAS = {folder.name for folder in (PROJECT / "lambdas").iterdir() if folder.is_dir()}

# Package -> packages of the project that it may import, besides itself. "lambdas" stands for all packages in lambdas/.
ALLOWED = {
    "lambdas": set[str](),
    "localcloud": set[str](),
    "build": {"lambdas"},
    "models": {"build", "lambdas"},
    "sluice": {"build", "lambdas", "localcloud", "models"},
    "bench": {"build", "lambdas", "localcloud", "models", "sluice"},
}
# The same for the packages in lambdas/.
ALLOWED_IN_LAMBDAS = {
    "inference": set[str](),
    "telemetry": {"inference"},
    "pipeline": {"inference", "telemetry"},
    "jobs": {"inference", "pipeline", "telemetry"},
    "handlers": {"inference", "jobs", "pipeline", "telemetry"},
    "examples": set[str](),
}


def imported_packages(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield (file, first name of the module) for each import of each Python file in a folder."""
    for file in sorted(folder.rglob("*.py")):
        if {"venv", "out"} & set(file.relative_to(PROJECT).parts):
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield file, node.module.partition(".")[0]
            elif isinstance(node, ast.Import):
                yield from ((file, alias.name.partition(".")[0]) for alias in node.names)


@pytest.mark.parametrize("package", ALLOWED)
def test_package_imports_only_allowed_packages(package: str) -> None:
    imports = {
        (str(file.relative_to(PROJECT)), "lambdas" if name in LAMBDAS else name)
        for file, name in imported_packages(PROJECT / package)
    }
    wrong = {(file, name) for file, name in imports if name in ALLOWED and name not in {package} | ALLOWED[package]}
    assert wrong == set()


@pytest.mark.parametrize("package", sorted(LAMBDAS - {"__pycache__"}))
def test_lambdas_package_imports_only_allowed_packages(package: str) -> None:
    allowed = {package} | ALLOWED_IN_LAMBDAS[package]
    imports = imported_packages(PROJECT / "lambdas" / package)
    wrong = {
        (str(file.relative_to(PROJECT)), name) for file, name in imports if name in LAMBDAS and name not in allowed
    }
    assert wrong == set()


def test_no_package_imports_tests() -> None:
    wrong = {str(file) for package in ALLOWED for file, name in imported_packages(PROJECT / package) if name == "tests"}
    assert wrong == set()
