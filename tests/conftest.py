"""Fixtures of all tests: a local cloud for the session, a copy of the project to apply, and the build to deploy."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from build import provider_mirror
from build.package.target import Target
from localcloud import LocalCloud
from tests.support import terraform_root


def pytest_configure() -> None:
    """Let every Terraform of the tests install its provider from the same place as `sluice` does."""
    variables = provider_mirror.terraform_variables()
    for name in ("TF_CLI_ARGS_init", "TF_CLI_CONFIG_FILE"):
        os.environ.pop(name, None)
        os.environ |= {name: variables[name]} if name in variables else {}


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A running local cloud. All AWS clients of this process use it."""
    with (
        LocalCloud.start(tmp_path_factory.mktemp("cloud")) as running,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in running.environment().items():
            patch.setenv(name, value)
        yield running


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's Terraform."""
    return terraform_root.copy_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="session")
def build_name() -> str:
    """Name of the build for this machine, which is a folder of build/out."""
    return str(Target.current())
