"""Import a model as a bundle: open the source, convert, compare, write."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from build import bundle
from build.errors import ModelImportError
from build.model import convert, images, labels, softmax
from build.model.graph import Graph
from build.model.images import ImageSet
from build.model.options import ImportOptions, Scale
from build.model.parity import compare
from build.model.preprocessing import normalizes_pixels
from build.model.simplify import simplify
from build.model.sources.source import Source, open_source, scale_pixels
from inference.preprocess.tensor import InputSpec


@dataclass(frozen=True)
class ImportedModel:
    """A bundle that an import wrote.

    Attributes:
        folder: The bundle's folder.
        name: The model's name.
        digest: The bundle's digest.
        file: The name of the model file.
        report: The parity report.
        notes: Sentences for the user.
    """

    folder: Path
    name: str
    digest: str
    file: str
    report: dict[str, Any]
    notes: list[str]


def import_model(options: ImportOptions, models: Path) -> ImportedModel:
    """Import a model as the bundle models/<name>/<first 12 digits of its digest>.

    Raises:
        ModelImportError: The model cannot be imported; nothing was written.
    """
    convert.check_precision(options.engine, options.precision)
    label_files = options.labels or labels.find_maps(Path(options.source))
    source = open_source(options, labels.count_labels(label_files))
    image_set = _load_images(options, source)
    network, scale, notes = source.network, _choose_scale(options, source), list(source.notes)
    scores = source.scores(image_set, scale)
    if isinstance(network, Graph):
        network = simplify(network)
        network = softmax.flatten_output(network, convert.measure_output_shape(network, source.shape))
    names, label_notes = _choose_labels(label_files, source, scores.shape[1])
    needs_softmax, softmax_notes = _choose_softmax(options, network, scores)
    notes += [*label_notes, *softmax_notes]
    if needs_softmax and isinstance(network, Graph):
        network, scores = softmax.append_softmax(network), softmax.apply_softmax(scores)
    converted = (
        convert.convert_graph(network, options.engine, options.precision)
        if isinstance(network, Graph)
        else convert.wrap_tflite(network)
    )
    parity = compare(scores, converted.scores(scale_pixels(image_set, scale)))
    parity.check(options.precision, options.agreement, image_set.origin)
    height, width, channels = source.shape
    contents = bundle.Contents(
        name=options.name,
        engine=options.engine,
        input=bundle.Input(height, width, channels, scale.scale, scale.offset, options.decode),
        model=converted.model,
        labels=names,
        sample=image_set.images[0].data,
        precision=options.precision,
        parity=parity.to_report(
            source=source.kind,
            source_bytes=source.size,
            model_bytes=len(converted.model),
            images=image_set.origin,
            agreement=None if options.precision == "float32" else options.agreement,
        ),
        tensors=converted.tensors,
    )
    folder, digest = _write(contents, models / options.name)
    report = dict(contents.parity or {})
    return ImportedModel(folder, options.name, digest, bundle.verify(folder)["model"], report, notes)


def _load_images(options: ImportOptions, source: Source) -> ImageSet:
    spec = InputSpec(*source.shape, scale=1.0, offset=0.0, decode=options.decode)
    return images.load_images(options.images, spec) if options.images else images.generate_images(spec)


def _choose_scale(options: ImportOptions, source: Source) -> Scale:
    """Choose the scale of the options, else of the source, else of a first step that normalizes pixels."""
    scale = options.scale or source.scale
    if scale is None and isinstance(source.network, Graph) and normalizes_pixels(source.network):
        scale = Scale(1.0, 0.0)
    if scale is None:
        raise ModelImportError(
            "SCALE is missing: the model does not define the range of its input. Use the range of the training: "
            "SCALE=0..1, SCALE=-1..1, SCALE=0..255 (unscaled pixels), or SCALE=SCALE,OFFSET."
        )
    return scale


def _choose_labels(files: list[Path], source: Source, outputs: int) -> tuple[list[str], list[str]]:
    """Choose a label per output, and notes."""
    if files:
        return labels.read_labels(files, outputs), []
    if source.labels is not None:
        return source.labels, []
    return labels.number_labels(outputs), [f"There are no LABELS: outputs are named class 0 to class {outputs - 1}."]


def _choose_softmax(
    options: ImportOptions, network: Graph | bytes, scores: NDArray[np.float32]
) -> tuple[bool, list[str]]:
    """Decide whether to append a softmax, and notes."""
    is_graph = isinstance(network, Graph)
    if options.softmax is not None and is_graph:
        return options.softmax, []
    if options.softmax or (options.softmax is None and not is_graph and not _are_bounded(scores)):
        raise ModelImportError(
            f"The .tflite returns scores that are not probabilities (their sum is {scores[0].sum():.3g}), and no "
            "softmax can be appended to a .tflite: convert its source with a softmax, or keep the scores with "
            "SOFTMAX=no."
        )
    if softmax.are_probabilities(scores) or options.softmax is False:
        return False, []
    if isinstance(network, bytes) or softmax.find_last_operation(network) == "Sigmoid":
        return False, ["Each score is between 0 and 1 and the sum is not 1: several labels can apply to an image."]
    return True, ["The scores are logits: a softmax was appended. SOFTMAX=no keeps the logits."]


def _are_bounded(scores: NDArray[np.float32]) -> bool:
    return bool(((scores >= 0) & (scores <= 1)).all())


def _write(contents: bundle.Contents, folder: Path) -> tuple[Path, str]:
    """Write the bundle to a temporary folder first, so that a folder named by a digest is always complete."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(prefix=".unfinished-", dir=folder))
    try:
        digest = bundle.write(unfinished, contents)
        unfinished.chmod(0o755)
        final = folder / digest[:12]
        if final.exists():
            shutil.rmtree(final)
        unfinished.rename(final)
    except BaseException:
        shutil.rmtree(unfinished)
        raise
    return final, digest
