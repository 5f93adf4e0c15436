"""Where it was measured, and with what."""

import os
import platform
from collections.abc import Mapping
from importlib.metadata import distributions
from pathlib import Path

from localcloud.settings import find_python

_TOLD = {
    "runtime": ("boto3", "awslambdaric"),
    "bench": ("ai-edge-litert", "litserve", "numpy", "onnxruntime", "pillow", "simplejpeg", "tensorflow-cpu"),
}


def machine() -> dict[str, str | int]:
    """Processor, memory in bytes, system."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {platform.release()}, {' '.join(platform.libc_ver())}",
    }


def versions() -> Mapping[str, str]:
    """Python's, and those of what competes, as installed in the environments that run it."""
    found = {"python": platform.python_version()}
    for environment, names in _TOLD.items():
        library = find_python(environment).parent.parent / "lib"
        for folder in library.glob("python*/site-packages"):
            known = {each.name.lower().replace("_", "-"): each.version for each in distributions(path=[str(folder)])}
            found |= {name: known[name] for name in names if name in known}
    return dict(sorted(found.items()))


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [value.strip() for key, _, value in (line.partition(":") for line in lines) if key.strip() == "model name"]
    return names[0] if names else platform.machine()
