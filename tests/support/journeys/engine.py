"""The engine that the journeys run on: `JOURNEYS_ENGINE=tensorflow make test TESTS=tests/journeys` takes the other."""

import os
from typing import Any

from tests.support.bundle_variants import LITERT, TENSORFLOW

ON_TENSORFLOW: dict[str, Any] = {
    "bundles": ["models/digits/tensorflow"],
    "worker": {"memory": 1769, "timeout": 10, "retry_seconds": 2, "maximum_concurrency": 2},
}
BUNDLE, SETTINGS = {"litert": (LITERT, {}), "tensorflow": (TENSORFLOW, ON_TENSORFLOW)}[
    os.environ.get("JOURNEYS_ENGINE", "litert")
]
