"""Bundle to model, once per process; array to labels."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from inference.cores import threads
from inference.errors import ModelError
from inference.messages import Label
from inference.models import bundle, snapstart
from inference.models.bundle import Bundle
from inference.models.memory_file import MemoryFile
from inference.models.verified_object import CURE
from inference.preprocess.image import Input


class Network(Protocol):
    """What each engine's `load` gives: safe to call from several threads."""

    input_shape: tuple[int, ...]

    def predict(self, array: NDArray[np.float32]) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class Model:
    """A verified model. `sample` holds an image of the kind that it takes, `sample_url` says where it lies."""

    name: str
    sha256: str
    input: Input
    labels: tuple[str, ...]
    sample: bytes
    sample_url: str
    network: Network

    def predict(self, array: NDArray[np.float32], top: int) -> tuple[Label, ...]:
        """The `top` best labels of `array`, float32 [1, h, w, c], best first; ties in the order of the labels."""
        scores = self.network.predict(array)
        if not np.isfinite(scores).all():
            raise ModelError(f"The model {self.name} ({self.sha256}) gave scores that are no numbers; mend the model.")
        best = np.argsort(-scores, kind="stable")[:top]
        return tuple(Label(self.labels[index], float(scores[index])) for index in best)


class ModelStore:
    """Holds the process's one model. A load that fails leaves nothing behind, and the next call starts anew."""

    def __init__(self, address: str) -> None:
        snapstart.register()
        self.address = address
        self._lock = Lock()
        self._model: Model | None = None

    def model(self) -> Model:
        """The model, downloaded, verified and loaded by the first call that succeeds. Raises ModelError."""
        with self._lock:
            if self._model is None:
                with bundle.download(self.address, begin=prepare) as downloaded:
                    self._model = load(downloaded, threads(os.environ))
            return self._model


def load(source: Bundle, thread_count: int) -> Model:
    """The model of a verified bundle, tried once on an empty image. Raises ModelError when it cannot serve."""
    manifest = source.manifest
    try:
        wanted = Input(**manifest["input"])
        labels = tuple(source.files[manifest["labels"]].decode().splitlines())
        shape = (1, wanted.height, wanted.width, wanted.channels)
        network = _load_network(manifest, source.model, shape, thread_count)
        if network.input_shape != shape:
            raise ValueError(f"its input is {network.input_shape}, its manifest says {shape}")
        scores = network.predict(np.zeros(shape, np.float32))
        if scores.shape != (len(labels),) or not np.isfinite(scores).all():
            raise ValueError(f"it gives {scores.size} scores for {len(labels)} labels, or scores that are no numbers")
        return Model(
            name=manifest["name"],
            sha256=source.sha256,
            input=wanted,
            labels=labels,
            sample=source.files[manifest["sample"]],
            sample_url=f"{source.address}/{manifest['sample']}",
            network=network,
        )
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelError(f"The model at {source.address} cannot be loaded: {error}. {CURE}") from error


def prepare(manifest: Mapping[str, Any]) -> None:
    """Do what an engine needs before it has the model's file, and what takes time. Raises ModelError."""
    if manifest.get("engine") == "tensorflow":
        from inference.models.engines import libraries

        libraries.load()


def _load_network(manifest: Mapping[str, Any], model: MemoryFile, shape: tuple[int, ...], thread_count: int) -> Network:
    """Each engine is imported only by the functions that run it, since each has a layer of its own."""
    match manifest["engine"]:
        case "litert":
            from inference.models.engines import litert

            return litert.load(model, thread_count)
        case "tensorflow":
            from inference.models.engines import tensorflow

            return tensorflow.load(model, manifest["tensors"], shape, thread_count)
        case other:
            raise ValueError(f"its engine {other!r} is unknown, this code runs litert and tensorflow")
