"""The models under test as files, created once and reused until the code that creates them changes."""

import hashlib
import json
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.process import CompetitorError
from localcloud.settings import find_python
from sluice.project import find_project

_INPUTS = (
    "bench/build_models.py",
    "bench/networks.py",
    "bench/reference_graph.py",
    "build/requirements/bench.lock",
    "build/bundle.py",
    "build/model",
    "build/model/sources",
)


@dataclass(frozen=True)
class Models:
    """The folder that bench.build_models fills: <network>/{graph.pb, saved_model, labels.txt, flops.json, bundles/}."""

    folder: Path

    def network_folder(self, network: str) -> Path:
        return self.folder / network

    def bundle(self, network: str, kind: str) -> Path:
        """Return the folder of a network's bundle; `kind` is one of BUNDLES."""
        return self.network_folder(network) / "bundles" / kind

    def flops(self, network: str) -> int:
        """Return the floating-point operations for one image."""
        return int(json.loads((self.network_folder(network) / "flops.json").read_text()))


def prepare_models(folder: Path, networks: Sequence[str]) -> Models:
    """Create the models that are not in `folder` yet.

    Raises:
        CompetitorError: A model cannot be created; the message ends with the last line of the error.
    """
    for network in networks:
        stamp = folder / network / "made"
        key = _hash_inputs(network)
        if stamp.exists() and stamp.read_text() == key:
            continue
        command = [str(find_python("bench")), "-m", "bench.build_models", str(folder), network]
        done = subprocess.run(command, cwd=find_project(), capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            last = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise CompetitorError(f"Cannot create the models of {network}: {' '.join(last)}")
        stamp.write_text(key)
    return Models(folder)


def _hash_inputs(network: str) -> str:
    digest = hashlib.sha256(network.encode())
    for source in _list_files(find_project() / path for path in _INPUTS):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _list_files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        yield from sorted(path.glob("*.py")) if path.is_dir() else [path]
