"""The wheel: `pip install .` gives a working `sluice`, which finds the project from the current folder."""

import importlib.metadata
import json
import re
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from build.uv import find_uv
from tests.support.terraform_root import PROJECT

DECLARED = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
LIST_IMPORTS = """
import importlib.metadata, json, sys
from sluice.demo import digits  # imported by `sluice serve` when it runs
from sluice.__main__ import main
try:
    sys.argv = ["sluice", "--help"]
    main()
except SystemExit:
    pass
packages = importlib.metadata.packages_distributions()
imported = {name.partition(".")[0] for name, module in sys.modules.items() if getattr(module, "__file__", None)}
print(json.dumps({name: packages[name] for name in imported if name in packages}))
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment with the wheel, and with the tools' packages but without the source tree."""
    folder = tmp_path_factory.mktemp("package")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=PROJECT, capture_output=True, check=True)
    (wheel,) = folder.glob("*.whl")
    environment = folder / "venv"
    subprocess.run(
        [find_uv(), "venv", "--quiet", "--offline", "--python", sys.executable, str(environment)], check=True
    )
    python = environment / "bin" / "python"
    install = [find_uv(), "pip", "install", "--quiet", "--offline", "--no-deps", "--python", str(python), str(wheel)]
    subprocess.run(install, check=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    # .pth files in there, such as that of the editable `sluice`, are not read again.
    (packages / "tools.pth").write_text(sysconfig.get_path("purelib"))
    return python


def run(python: Path, *arguments: str, folder: Path, code: int = 0, **variables: str) -> str:
    """Run the installed `sluice` in a folder; return standard output, or standard error of a failure."""
    shell = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder)} | variables
    sluice = str(python.with_name("sluice"))
    finished = subprocess.run([sluice, *arguments], cwd=folder, env=shell, capture_output=True, text=True)
    assert finished.returncode == code, finished.stderr
    return finished.stderr if code else finished.stdout


def test_installed_sluice_shows_its_commands(python: Path, tmp_path: Path) -> None:
    text = run(python, "--help", folder=tmp_path)
    for command in ("send", "results", "job", "status", "dead", "doctor", "cost", "serve", "publish", "terraform"):
        assert command in text


def test_installed_sluice_computes_costs_outside_a_project(python: Path, tmp_path: Path) -> None:
    costs = json.loads(run(python, "cost", "--seconds", "0.25", "--json", folder=tmp_path))
    assert list(costs["usage"]) == ["given"]


POLICIES = ["terraform", "policies", "--env", "dev", "--account", "123456789012"]


@pytest.mark.parametrize("folder", [PROJECT, PROJECT / "terraform" / "environments"])
def test_installed_sluice_finds_the_project_it_runs_in(python: Path, folder: Path) -> None:
    assert json.loads(run(python, *POLICIES, folder=folder)).keys() == {
        "sluice-dev-plan",
        "sluice-dev-operate",
        "sluice-dev-apply",
    }


def test_installed_sluice_uses_the_named_project(python: Path, tmp_path: Path) -> None:
    assert "sluice-dev-plan" in run(python, *POLICIES, folder=tmp_path, SLUICE_PROJECT=str(PROJECT))


@pytest.mark.parametrize("arguments", [POLICIES, ["status", "--env", "dev"], ["terraform", "plan"]])
def test_installed_sluice_outside_a_project_says_where_to_run(
    python: Path, tmp_path: Path, arguments: list[str]
) -> None:
    error = run(python, *arguments, folder=tmp_path, code=1)
    assert error == (
        f"Neither {tmp_path} nor a folder above it is a Sluice project: run this command in the folder that holds "
        "terraform/environments, or set SLUICE_PROJECT to that folder.\n"
    )


def test_installed_sluice_refuses_a_project_without_terraform(python: Path, tmp_path: Path) -> None:
    error = run(python, *POLICIES, folder=PROJECT, code=1, SLUICE_PROJECT=str(tmp_path))
    assert error.startswith(f"SLUICE_PROJECT is {tmp_path}, which has no folder terraform/environments: set it to")


def test_wheel_holds_the_version_and_no_other_files(python: Path) -> None:
    (packages,) = python.parents[1].glob("lib/python*/site-packages")
    installed = {path.name for path in packages.iterdir()}
    names = {"build", "inference", "jobs", "localcloud", "models", "pipeline", "sluice", "telemetry"}
    assert {name for name in installed if name.isidentifier() and not name.startswith("_")} == names
    assert f"sluice-{DECLARED['version']}.dist-info" in installed
    assert not [*packages.glob("build/venv"), *packages.glob("models/digits/bundle")]


def test_declared_dependencies_cover_every_import(python: Path, tmp_path: Path) -> None:
    finished = subprocess.run([python, "-c", LIST_IMPORTS], cwd=tmp_path, capture_output=True, text=True, check=True)
    owners = json.loads(finished.stdout.splitlines()[-1])  # distributions by package
    declared = {"sluice", *_requirements()}
    assert {name for name in owners if declared.isdisjoint(map(_normalize, owners[name]))} == set()
    assert {"boto3", "sklearn", "typer"} <= owners.keys()


def test_declared_dependencies_are_locked() -> None:
    locked = set(re.findall(r"^([a-z0-9-]+)==", (PROJECT / "build/requirements/tools.lock").read_text(), re.MULTILINE))
    assert {_normalize(_name(requirement)) for requirement in DECLARED["dependencies"]} <= locked


def _requirements() -> Iterator[str]:
    """Yield the declared dependencies and all that these require."""
    waiting, seen = [_name(requirement) for requirement in DECLARED["dependencies"]], set()
    while waiting:
        if (name := _normalize(waiting.pop())) in seen:
            continue
        seen.add(name)
        yield name
        try:
            waiting += [_name(requirement) for requirement in importlib.metadata.requires(name) or []]
        except importlib.metadata.PackageNotFoundError:
            continue  # optional, or for another platform


def _name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]


def _normalize(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
