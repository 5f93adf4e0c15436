"""Fixtures that plan a module by itself, as a root."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from localcloud import LocalCloud
from tests.support.terraform_root import Root


@pytest.fixture(scope="session")
def module(cloud: LocalCloud, project: Path) -> Callable[..., Root]:  # noqa: ARG001 - a plan asks AWS for the account
    """Return a factory of roots: module("queue", name="images") plans modules/queue with these variables."""
    roots: dict[str, Root] = {}

    def root(name: str, /, **values: Any) -> Root:
        key = f"{name} {sorted(values)}"
        if key not in roots:
            roots[key] = Root(project / "modules" / name, values=values)
        return roots[key]

    return root
