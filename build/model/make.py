"""From what somebody has to a bundle: open, convert, compare, write."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from build import bundle
from build.errors import ModelImportError
from build.model import convert, images, labels, parity, preprocessing, softmax
from build.model.graph import Graph
from build.model.images import Pictures
from build.model.options import Scale, Wish
from build.model.report import report
from build.model.sources.open import open_source
from build.model.sources.source import Source, scaled
from inference.preprocess.tensor import InputSpec


@dataclass(frozen=True)
class Made:
    """A bundle that was made, its hash, its report, and what a person should know about it."""

    folder: Path
    name: str
    digest: str
    file: str
    report: dict[str, Any]
    notes: list[str]


def make(wish: Wish, models: Path) -> Made:
    """Make the bundle models/<name>/<first 12 of its hash>. Raises ModelImportError, and then nothing was written."""
    if wish.engine == "tensorflow" and wish.precision != "float32":
        raise ModelImportError(
            f"PRECISION={wish.precision} is LiteRT's: leave it out for ENGINE=tensorflow, which runs float32."
        )
    given = wish.labels or labels.beside(Path(wish.source))
    source = open_source(wish, labels.count(given))
    pictures = _pictures(wish, source)
    network, scale, notes = source.network, _scale(wish, source), list(source.notes)
    scores = source.scores(pictures, scale)
    if isinstance(network, Graph):
        network = convert.simplified(network)
        network = softmax.flat(network, convert.output_shape(network, source.shape))
    names, said = _labels(given, source, scores.shape[1])
    notes += said
    added, said = _softmax(wish, network, scores)
    notes += said
    if added and isinstance(network, Graph):
        network, scores = softmax.with_softmax(network), softmax.softmax(scores)
    made = (
        convert.convert(network, wish.engine, wish.precision)
        if isinstance(network, Graph)
        else convert.as_it_is(network)
    )
    found = parity.compare(scores, made.scores(scaled(pictures, scale)))
    found.check(wish.precision, wish.agreement, pictures.origin)
    height, width, channels = source.shape
    contents = bundle.Contents(
        name=wish.name,
        engine=wish.engine,
        takes=bundle.Input(height, width, channels, scale.scale, scale.offset, wish.decode),
        model=made.model,
        labels=names,
        sample=pictures.pictures[0].data,
        precision=wish.precision,
        parity=report(
            found,
            source=source.kind,
            source_bytes=source.size,
            model_bytes=len(made.model),
            images=pictures.origin,
            agreement=None if wish.precision == "float32" else wish.agreement,
        ),
        tensors=made.tensors,
    )
    folder, digest = _write(contents, models / wish.name)
    return Made(folder, wish.name, digest, bundle.verify(folder)["model"], dict(contents.parity or {}), notes)


def _pictures(wish: Wish, source: Source) -> Pictures:
    """The images to compare by, their pixels as they are (0..255)."""
    takes = InputSpec(*source.shape, scale=1.0, offset=0.0, decode=wish.decode)
    return images.from_folder(wish.images, takes) if wish.images else images.generated(takes)


def _scale(wish: Wish, source: Source) -> Scale:
    """The scale that was asked for, or that the model says by its source or its first step."""
    found = wish.scale or source.scale
    if found is None and isinstance(source.network, Graph) and preprocessing.normalises(source.network):
        found = Scale(1.0, 0.0)
    if found is None:
        raise ModelImportError(
            "SCALE: the model does not say in what range it takes pixels. Say it as it was trained: SCALE=0..1, "
            "SCALE=-1..1, SCALE=0..255 (as they are), or SCALE=SCALE,OFFSET."
        )
    return found


def _labels(given: list[Path], source: Source, outputs: int) -> tuple[list[str], list[str]]:
    """A label per output, and what is to be said of them."""
    if given:
        return labels.read(given, outputs), []
    if source.labels is not None:
        return source.labels, []
    return labels.numbered(outputs), [f"No LABELS came with the model: they are class 0 to class {outputs - 1}."]


def _softmax(wish: Wish, network: Graph | bytes, scores: NDArray[np.float32]) -> tuple[bool, list[str]]:
    """Whether to add a softmax, and what is to be said of it. Raises ModelImportError when it cannot be added."""
    if wish.softmax is not None and isinstance(network, Graph):
        return wish.softmax, []
    if wish.softmax or (wish.softmax is None and not isinstance(network, Graph) and not _bounded(scores)):
        raise ModelImportError(
            f"The .tflite gives scores that are no probabilities (they add up to {scores[0].sum():.3g}), and "
            "nothing can be put after it: convert its source with a softmax, or serve them as they are: SOFTMAX=no."
        )
    if softmax.are_probabilities(scores) or wish.softmax is False:
        return False, []
    if isinstance(network, bytes) or softmax.last_operation(network) == "Sigmoid":
        return False, ["Its scores are one by one between 0 and 1 and do not add up to 1: several labels may be right."]
    return True, ["Its scores were no probabilities (logits): a softmax was put after them. SOFTMAX=no leaves them."]


def _bounded(scores: NDArray[np.float32]) -> bool:
    return bool(((scores >= 0) & (scores <= 1)).all())


def _write(contents: bundle.Contents, folder: Path) -> tuple[Path, str]:
    """Write the bundle beside its place first, so that a folder of its hash's name is always whole."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(prefix=".unfinished-", dir=folder))
    try:
        digest = bundle.write(unfinished, contents)
        unfinished.chmod(0o755)
        place = folder / digest[:12]
        if place.exists():
            shutil.rmtree(place)
        unfinished.rename(place)
    except BaseException:
        shutil.rmtree(unfinished)
        raise
    return place, digest
