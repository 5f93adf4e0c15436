"""Bundle to model; input tensor to labels."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from inference.cores import count_threads
from inference.errors import ModelError
from inference.messages import Label
from inference.models import bundle
from inference.models.bundle import Bundle
from inference.models.memory_file import MemoryFile
from inference.models.verified_object import REMEDY
from inference.preprocess.tensor import InputSpec


class Network(Protocol):
    """A network that an engine has loaded. It may be called from several threads.

    Attributes:
        input_shape: The shape of the input tensor, (1, height, width, channels).
    """

    input_shape: tuple[int, ...]

    def predict(self, array: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the scores, float32 [n_labels], of an input tensor, float32 of `input_shape`."""
        ...


@dataclass(frozen=True, slots=True)
class Model:
    """A verified model, ready to classify.

    Attributes:
        name: The name in its manifest.
        sha256: The SHA-256 (hex) of its manifest, which is its version.
        input: The input that it expects.
        labels: The name of each class, by class index.
        sample: An image file of the kind that the model was trained for.
        sample_url: The s3:// address of the sample.
        network: The loaded network.
    """

    name: str
    sha256: str
    input: InputSpec
    labels: tuple[str, ...]
    sample: bytes
    sample_url: str
    network: Network

    def predict(self, array: NDArray[np.float32], top: int) -> tuple[Label, ...]:
        """Return the best labels of an image.

        Args:
            array: float32 [1, height, width, channels], as `prepare_image` returns it.
            top: How many labels to return, at most.

        Returns:
            The labels, best first; equal scores in the order of the classes.

        Raises:
            ModelError: A score is infinite or not a number.
        """
        scores = self.network.predict(array)
        if not np.isfinite(scores).all():
            raise ModelError(
                f"The model {self.name} ({self.sha256}) returned scores that are not finite numbers; "
                "correct and import the model again."
            )
        best = np.argsort(-scores, kind="stable")[:top]
        return tuple(Label(self.labels[index], float(scores[index])) for index in best)


def load_model(address: str) -> Model:
    """Download, verify and load the model bundle at `address`. A failed load leaves nothing behind.

    Args:
        address: s3://bucket/name/<SHA-256 of the manifest>.

    Raises:
        ModelError: The bundle is missing, unreadable, different from its hashes, or cannot be run.
    """
    with bundle.download(address, on_manifest=preload_engine) as downloaded:
        return build_model(downloaded, count_threads(os.environ))


def build_model(source: Bundle, threads: int) -> Model:
    """Build the model of a verified bundle and run it once on an empty image.

    Args:
        source: The bundle. It may be closed afterwards.
        threads: How many threads the engine may use.

    Raises:
        ModelError: The model cannot be loaded, or contradicts its manifest.
    """
    manifest = source.manifest
    try:
        spec = InputSpec(**manifest["input"])
        labels = tuple(source.files[manifest["labels"]].decode().splitlines())
        shape = (1, spec.height, spec.width, spec.channels)
        network = _load_network(manifest, source.model, shape, threads)
        if network.input_shape != shape:
            raise ValueError(f"its input is {network.input_shape}, its manifest says {shape}")
        scores = network.predict(np.zeros(shape, np.float32))
        if scores.shape != (len(labels),) or not np.isfinite(scores).all():
            raise ValueError(f"it returns {scores.size} scores for {len(labels)} labels, or scores that are not finite")
        return Model(
            name=manifest["name"],
            sha256=source.sha256,
            input=spec,
            labels=labels,
            sample=source.files[manifest["sample"]],
            sample_url=f"{source.address}/{manifest['sample']}",
            network=network,
        )
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelError(f"The model at {source.address} cannot be loaded: {error}. {REMEDY}") from error


def preload_engine(manifest: Mapping[str, Any]) -> None:
    """Load the parts of an engine that take long and do not need the model file.

    Raises:
        ModelError: The engine's libraries are missing or damaged.
    """
    if manifest.get("engine") == "tensorflow":
        from inference.models.engines import tensorflow_libraries

        tensorflow_libraries.load()


def _load_network(manifest: Mapping[str, Any], model: MemoryFile, shape: tuple[int, ...], threads: int) -> Network:
    """Import the engine only here: each one comes with a layer of its own."""
    match manifest["engine"]:
        case "litert":
            from inference.models.engines import litert

            return litert.load(model, threads)
        case "tensorflow":
            from inference.models.engines import tensorflow

            return tensorflow.load(model, manifest["tensors"], shape, threads)
        case other:
            raise ValueError(f"its engine {other!r} is unknown, this version runs litert and tensorflow")
