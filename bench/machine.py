"""Describe the machine of a run and the installed versions."""

import os
import platform
from collections.abc import Mapping
from importlib.metadata import distributions
from pathlib import Path

from localcloud.settings import find_python

_PACKAGES = {
    "runtime": ("boto3", "awslambdaric"),
    "bench": ("ai-edge-litert", "litserve", "numpy", "onnxruntime", "pillow", "simplejpeg", "tensorflow-cpu"),
}


def describe_machine() -> dict[str, str | int]:
    """Describe processor, cores, memory in bytes and operating system."""
    return {
        "processor": _find_processor(),
        "cores": os.cpu_count() or 1,
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {platform.release()}, {' '.join(platform.libc_ver())}",
    }


def list_versions() -> Mapping[str, str]:
    """List the versions of Python and of the competitors' packages, from the environments that run them."""
    versions = {"python": platform.python_version()}
    for environment, names in _PACKAGES.items():
        library = find_python(environment).parent.parent / "lib"
        for folder in library.glob("python*/site-packages"):
            known = {each.name.lower().replace("_", "-"): each.version for each in distributions(path=[str(folder)])}
            versions |= {name: known[name] for name in names if name in known}
    return dict(sorted(versions.items()))


def _find_processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [value.strip() for key, _, value in (line.partition(":") for line in lines) if key.strip() == "model name"]
    return names[0] if names else platform.machine()
