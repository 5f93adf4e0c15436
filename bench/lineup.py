"""Who competes: each contestant with all that its process needs."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.arrays import BUNDLES, NETWORKS
from bench.models import Models
from bench.process import Contestant, ContestantError
from bench.world import BUCKET, LABELS, World, upload, upload_bundle
from build.model.labels import MAPS
from build.package.target import Target
from inference.cores import MEGABYTES_PER_CORE
from localcloud.runtime.function import Archive, Function
from localcloud.runtime.process import Layout, PlatformChannels, build_environment
from localcloud.runtime.unpack import unpack_archives
from localcloud.settings import find_python
from sluice.project import find_project

REFERENCE_FILES = ("classify_image_graph_def.pb", *MAPS)
NOWHERE = "127.0.0.1:9"  # where no tracing daemon listens


@dataclass(frozen=True)
class Lineup:
    """Makes contestants for a network and a number of cores; uploads what they download when it is first asked for."""

    world: World
    models: Models
    artifacts: Path = find_project() / "build" / "out" / str(Target.here())
    uploaded: dict[Path, str] = field(default_factory=dict)

    def make(self, name: str, network: str, cores: int, *, in_memory: bool = False) -> Contestant:
        """A contestant by its name: a kind of bundle, or a file of contestants/.

        `in_memory`: what it does between a JPEG's bytes and its five best labels, without messages around it.
        Raises ContestantError when something that it needs was not made.
        """
        if name == "reference":
            return self._reference(network, cores, "in_memory_reference" if in_memory else name)
        if name in BUNDLES[network]:
            whole = "onnx_worker" if name == "onnx" else "handlers.worker"
            return self._worker(name, network, cores, "in_memory_worker" if in_memory else whole)
        return self._program(name, network, cores, f"in_memory_{name}" if in_memory else name)

    def _worker(self, kind: str, network: str, cores: int, entry: str) -> Contestant:
        """The worker's zip and layers with a bundle, as Lambda runs them."""
        store = self.world.folder / "code"
        layers = tuple(map(self._zip, ("powertools", "litert", *(["tensorflow"] if kind == "tensorflow" else []))))
        layout = Layout(
            unpack_archives([self._zip("worker")], store),
            unpack_archives(layers, store),
            self.world.folder,
            isolated=False,
        )
        function = Function(
            name="worker",
            version="$LATEST",
            revision="",
            handler="handlers.worker.handler",
            runtime=f"python{Target.here().python}",
            code=self._zip("worker"),
            layers=layers,
            environment=self.world.cloud | self._settings(self.models.bundle(network, kind)),
            timeout=60,
            memory=MEGABYTES_PER_CORE * cores,
            region=self.world.cloud["AWS_REGION"],
            log_group="bench",
        )
        variables = build_environment(function, layout, PlatformChannels(NOWHERE, NOWHERE, "bench", 2))
        if kind == "onnx":
            variables["PYTHONPATH"] += f":{self._onnx_layer()}"
        return Contestant(kind, network, find_python("runtime"), entry, variables)

    def _reference(self, network: str, cores: int, entry: str) -> Contestant:
        if (folder := self.models.of(network)) not in self.uploaded:
            upload(folder, REFERENCE_FILES, "imagenet")
            self.uploaded[folder] = "imagenet"
        own = {"BUCKET": BUCKET, "QUEUE": LABELS, "FOLDER": str(self.world.folder / f"reference-{cores}")}
        return Contestant("reference", network, find_python("bench"), entry, self._variables(own))

    def _program(self, name: str, network: str, cores: int, entry: str) -> Contestant:
        """A program of the bench's own environment, told where the network lies."""
        arrays, folder = NETWORKS[network], self.models.of(network)
        lies = (
            folder / "saved_model" if name == "saved_model" else self.models.bundle(network, "litert") / "model.tflite"
        )
        own = {
            "NETWORK": str(lies),
            "LABELS": str(folder / "labels.txt"),
            "SIZE": str(arrays.shape[0]),
            "SCALE": repr(arrays.scale),
            "OFFSET": repr(arrays.offset),
            "THREADS": str(cores),
            "OPENBLAS_NUM_THREADS": str(cores),
            "QUEUE_URL": self.world.labels,
        }
        return Contestant(name, network, find_python("bench"), entry, self._variables(own))

    def _zip(self, name: str) -> Archive:
        try:
            content = (self.artifacts / f"{name}.zip").read_bytes()
        except FileNotFoundError as error:
            raise ContestantError(f"{error.filename} is missing: make build ENV=local makes it.") from None
        return Archive(hashlib.sha256(content).hexdigest(), content)

    def _settings(self, bundle: Path) -> dict[str, str]:
        """The worker's variables, as terraform/pipeline.tf sets them."""
        if bundle not in self.uploaded:
            self.uploaded[bundle] = upload_bundle(bundle)
        address = self.uploaded[bundle]
        return {
            "MODEL": address,
            "MODELS": json.dumps({"bench": {"address": address, "default": True}}),
            "IMAGES": self.world.images,
            "PREDICTIONS": self.world.predictions,
            "RETRY_SECONDS": "2",
            "IMAGE_BUCKETS": "{}",
            "PRIVATE_HOSTS": self.world.server.host,
            "POWERTOOLS_SERVICE_NAME": "worker",
            "POWERTOOLS_METRICS_NAMESPACE": "Sluice",
            "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0",
        }

    def _variables(self, own: Mapping[str, str]) -> dict[str, str]:
        """The environment of what is not ours: the local cloud, the benchmark's code, no chatter, no accelerator."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.world.folder),
            "PYTHONPATH": str(find_project()),
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "-1",
            **self.world.cloud,
            **own,
        }

    def _onnx_layer(self) -> Path:
        """A folder with ONNX Runtime alone, for a worker whose own layers have all else that it needs."""
        folder = self.world.folder / "onnx-layer"
        folder.mkdir(exist_ok=True)
        if not (link := folder / "onnxruntime").exists():
            (installed,) = (find_python("bench").parent.parent / "lib").glob("python*/site-packages/onnxruntime")
            link.symlink_to(installed)
        return folder
