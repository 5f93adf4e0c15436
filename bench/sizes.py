"""How large the artifacts are, as the build's manifest says."""

import json
from pathlib import Path


def sizes(artifacts: Path) -> dict[str, int]:
    """Bytes. The tensorflow total is what Lambda limits: the worker with all the layers that the engine needs."""
    manifest = json.loads((artifacts / "manifest.json").read_text())
    functions, layers = manifest["functions"], manifest["layers"]
    found = {
        "function_zip_max_bytes": max(function["bytes"] for function in functions.values()),
        "litert_layer_unzipped_bytes": layers["litert"]["unzipped_bytes"],
        "litert_layer_zip_bytes": layers["litert"]["bytes"],
        "powertools_layer_unzipped_bytes": layers["powertools"]["unzipped_bytes"],
    }
    if "tensorflow" in layers:
        every = sum(layer["unzipped_bytes"] for layer in layers.values())
        largest = max(function["unzipped_bytes"] for function in functions.values())
        found |= {
            "tensorflow_layer_zip_bytes": layers["tensorflow"]["bytes"],
            "tensorflow_total_unzipped_bytes": every + largest,
        }
    return found
