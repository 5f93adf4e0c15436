"""The models under test as files, made once and kept until what makes them changes."""

import hashlib
import json
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.process import ContestantError
from localcloud.settings import find_python
from sluice.project import find_project

_MAKERS = (
    "bench/arrays.py",
    "bench/labels.py",
    "bench/mobilenet.py",
    "bench/networks.py",
    "bench/onnx_bundle.py",
    "build/requirements/bench.lock",
    "build/bundle.py",
    "build/model",
    "build/model/sources",
    "bench/reference_graph.py",
)


@dataclass(frozen=True)
class Models:
    """The folder that bench.networks fills: <network>/{graph.pb, saved_model, labels.txt, flops.json, bundles/}."""

    folder: Path

    def of(self, network: str) -> Path:
        return self.folder / network

    def bundle(self, network: str, kind: str) -> Path:
        """A bundle of the network; `kind` as in BUNDLES."""
        return self.of(network) / "bundles" / kind

    def flops(self, network: str) -> int:
        """Floating-point operations of one image."""
        return int(json.loads((self.of(network) / "flops.json").read_text()))


def prepare(folder: Path, networks: Sequence[str]) -> Models:
    """The models, made now unless they are there. ContestantError with the maker's last words when that fails."""
    for network in networks:
        seal = folder / network / "made"
        key = _key(network)
        if seal.exists() and seal.read_text() == key:
            continue
        command = [str(find_python("bench")), "-m", "bench.networks", str(folder), network]
        made = subprocess.run(command, cwd=find_project(), capture_output=True, text=True, check=False)  # noqa: S603
        if made.returncode:
            last = (made.stderr or made.stdout).strip().splitlines()[-1:]
            raise ContestantError(f"The models of {network} could not be made: {' '.join(last)}")
        seal.write_text(key)
    return Models(folder)


def _key(network: str) -> str:
    digest = hashlib.sha256(network.encode())
    for source in _sources(find_project() / maker for maker in _MAKERS):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _sources(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        yield from sorted(path.glob("*.py")) if path.is_dir() else [path]
