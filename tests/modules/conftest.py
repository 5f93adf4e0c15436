"""Each module planned by itself, as a root."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from localcloud import LocalCloud
from tests.support.terraform_root import Root


@pytest.fixture(scope="session")
def module(cloud: LocalCloud, project: Path) -> Callable[..., Root]:  # noqa: ARG001 - a plan asks AWS who it is
    """Makes a root of a module, with values that are sound."""
    made: dict[str, Root] = {}

    def root(name: str, /, **values: Any) -> Root:
        key = f"{name} {sorted(values)}"
        if key not in made:
            made[key] = Root(project / "modules" / name, values=values)
        return made[key]

    return root
