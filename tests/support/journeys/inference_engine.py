"""The inference engine of the journeys: LiteRT, or TensorFlow with `JOURNEYS_ENGINE=tensorflow make test`."""

import os
from typing import Any

from tests.support.bundle_variants import LITERT, TENSORFLOW

TENSORFLOW_SETTINGS: dict[str, Any] = {
    "bundles": ["models/digits/tensorflow"],
    "worker": {"memory": 1769, "timeout": 10, "retry_seconds": 2, "maximum_concurrency": 2},
}
BUNDLE, SETTINGS = {"litert": (LITERT, {}), "tensorflow": (TENSORFLOW, TENSORFLOW_SETTINGS)}[
    os.environ.get("JOURNEYS_ENGINE", "litert")
]
