"""The competitors of the benchmark: each program with the environment that its process needs."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.models import Models
from bench.networks import BUNDLES, NETWORKS
from bench.process import Competitor, CompetitorError
from bench.testbed import BUCKET, LABELS_QUEUE, Testbed, upload_bundle, upload_files
from build.model.labels import MAPS
from build.package.target import Target
from inference.cores import MEGABYTES_PER_CORE
from localcloud.runtime.function import Archive, Function
from localcloud.runtime.process import Layout, PlatformChannels, build_environment
from localcloud.runtime.unpack import unpack_archives
from localcloud.settings import find_python
from sluice.project import find_project

REFERENCE_FILES = ("classify_image_graph_def.pb", *MAPS)
UNUSED_ADDRESS = "127.0.0.1:9"  # no tracing daemon listens here

# The handler of each competitor (module:handler) that is not a worker, with messages and from memory.
_HANDLERS = {
    "reference": "reference:handler",
    "saved_model": "saved_model:handler",
    "lit_server": "litserve_client:handler",
    "raw_litert": "limits:run_interpreter",
    "sgemm": "limits:multiply_matrices",
}
_IN_MEMORY_HANDLERS = {"reference": "reference:in_memory_handler", "saved_model": "saved_model:in_memory_handler"}
_WORKER = "handlers.worker:handler"
_ONNX_WORKER = "onnx_worker:handler"
_IN_MEMORY_WORKER = "in_memory_worker:handler"


@dataclass(frozen=True)
class CompetitorFactory:
    """Creates competitors for a network and a number of cores, and uploads their models on first use."""

    testbed: Testbed
    models: Models
    artifacts: Path = find_project() / "build" / "out" / str(Target.current())
    uploaded: dict[Path, str] = field(default_factory=dict)

    def create(self, name: str, network: str, cores: int, *, in_memory: bool = False) -> Competitor:
        """Create a competitor.

        Args:
            name: A kind of bundle (a worker of Sluice), or another competitor.
            network: The network to classify with.
            cores: The number of cores it may use.
            in_memory: Whether to measure only from a JPEG's bytes to its five best labels, without messages.

        Raises:
            CompetitorError: A file that it needs is missing.
        """
        if name in BUNDLES[network]:
            worker = _ONNX_WORKER if name == "onnx" else _WORKER
            return self._create_worker(name, network, cores, _IN_MEMORY_WORKER if in_memory else worker)
        handler = (_IN_MEMORY_HANDLERS if in_memory else _HANDLERS)[name]
        if name == "reference":
            return self._create_reference(network, cores, handler)
        return self._create_program(name, network, cores, handler)

    def _create_worker(self, kind: str, network: str, cores: int, handler: str) -> Competitor:
        """Create the worker from its zip and layers with a bundle, as Lambda runs them."""
        store = self.testbed.folder / "code"
        layers = tuple(map(self._read_zip, ("powertools", "litert", *(["tensorflow"] if kind == "tensorflow" else []))))
        layout = Layout(
            unpack_archives([self._read_zip("worker")], store),
            unpack_archives(layers, store),
            self.testbed.folder,
            isolated=False,
        )
        function = Function(
            name="worker",
            version="$LATEST",
            revision="",
            handler="handlers.worker.handler",
            runtime=f"python{Target.current().python}",
            code=self._read_zip("worker"),
            layers=layers,
            environment=self.testbed.cloud | self._worker_variables(self.models.bundle(network, kind)),
            timeout=60,
            memory=MEGABYTES_PER_CORE * cores,
            region=self.testbed.cloud["AWS_REGION"],
            log_group="bench",
        )
        channels = PlatformChannels(UNUSED_ADDRESS, UNUSED_ADDRESS, "bench", 2)
        variables = build_environment(function, layout, channels)
        if kind == "onnx":
            variables["PYTHONPATH"] += f":{self._create_onnx_layer()}"
        return Competitor(kind, network, find_python("runtime"), handler, variables)

    def _create_reference(self, network: str, cores: int, handler: str) -> Competitor:
        if (folder := self.models.network_folder(network)) not in self.uploaded:
            upload_files(folder, REFERENCE_FILES, "imagenet")
            self.uploaded[folder] = "imagenet"
        files = str(self.testbed.folder / f"reference-{cores}")
        variables = {"BUCKET": BUCKET, "QUEUE": LABELS_QUEUE, "FOLDER": files}
        return Competitor("reference", network, find_python("bench"), handler, self._program_variables(variables))

    def _create_program(self, name: str, network: str, cores: int, handler: str) -> Competitor:
        spec, folder = NETWORKS[network], self.models.network_folder(network)
        tflite = self.models.bundle(network, "litert") / "model.tflite"
        variables = {
            "NETWORK": str(folder / "saved_model" if name == "saved_model" else tflite),
            "LABELS": str(folder / "labels.txt"),
            "SIZE": str(spec.shape[0]),
            "SCALE": repr(spec.scale),
            "OFFSET": repr(spec.offset),
            "THREADS": str(cores),
            "OPENBLAS_NUM_THREADS": str(cores),
            "QUEUE_URL": self.testbed.labels,
        }
        return Competitor(name, network, find_python("bench"), handler, self._program_variables(variables))

    def _read_zip(self, name: str) -> Archive:
        try:
            content = (self.artifacts / f"{name}.zip").read_bytes()
        except FileNotFoundError as error:
            raise CompetitorError(f"{error.filename} does not exist: run `make build ENV=local`.") from None
        return Archive(hashlib.sha256(content).hexdigest(), content)

    def _worker_variables(self, bundle: Path) -> dict[str, str]:
        """Build the worker's variables, as terraform/pipeline.tf sets them."""
        if bundle not in self.uploaded:
            self.uploaded[bundle] = upload_bundle(bundle)
        address = self.uploaded[bundle]
        return {
            "MODEL": address,
            "MODELS": json.dumps({"bench": {"address": address, "default": True}}),
            "IMAGES": self.testbed.images,
            "PREDICTIONS": self.testbed.predictions,
            "RETRY_SECONDS": "2",
            "IMAGE_BUCKETS": "{}",
            "PRIVATE_HOSTS": self.testbed.server.host,
            "POWERTOOLS_SERVICE_NAME": "worker",
            "POWERTOOLS_METRICS_NAMESPACE": "Sluice",
            "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0",
        }

    def _program_variables(self, variables: Mapping[str, str]) -> dict[str, str]:
        """Build the environment of a program that is not Sluice: the local cloud, this project, no accelerator."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.testbed.folder),
            "PYTHONPATH": str(find_project()),
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "-1",
            **self.testbed.cloud,
            **variables,
        }

    def _create_onnx_layer(self) -> Path:
        """Create a folder with ONNX Runtime alone; the worker's own layers contain everything else."""
        folder = self.testbed.folder / "onnx-layer"
        folder.mkdir(exist_ok=True)
        if not (link := folder / "onnxruntime").exists():
            (installed,) = (find_python("bench").parent.parent / "lib").glob("python*/site-packages/onnxruntime")
            link.symlink_to(installed)
        return folder
