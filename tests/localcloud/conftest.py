"""One local cloud for all contract tests of a session.

CLOUD_WITHOUT=gap[,gap] leaves gaps open: the tests named for them must then fail, or the gap is no longer needed.
"""

import os
from collections.abc import Iterator

import pytest

from localcloud import LocalCloud
from tests.support.localcloud.aws import Aws


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    without = [name for name in os.environ.get("CLOUD_WITHOUT", "").split(",") if name]
    with LocalCloud.start(tmp_path_factory.mktemp("cloud"), without=without) as started:
        yield started


@pytest.fixture(scope="session")
def aws(cloud: LocalCloud) -> Aws:
    return Aws(cloud)
