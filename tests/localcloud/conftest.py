"""One local cloud for all contract tests of a session.

CLOUD_SKIP=name[,name] starts it without these patches. A patch whose contract tests pass without it is
no longer needed.
"""

import os
from collections.abc import Iterator

import pytest

from localcloud import LocalCloud
from tests.support.localcloud.aws import Aws


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    skip = [name for name in os.environ.get("CLOUD_SKIP", "").split(",") if name]
    with LocalCloud.start(tmp_path_factory.mktemp("cloud"), skip=skip) as started:
        yield started


@pytest.fixture(scope="session")
def aws(cloud: LocalCloud) -> Aws:
    return Aws(cloud)
