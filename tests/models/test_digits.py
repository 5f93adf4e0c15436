"""The committed digits bundles classify held-out scans, prepared as their manifest specifies."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from build import bundle
from build.model import run
from models.digits import scans

BUNDLE = Path(__file__).parents[2] / "models" / "digits" / "bundle"
TENSORFLOW = BUNDLE.with_name("tensorflow")


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return bundle.verify(BUNDLE)


def predict(manifest: dict[str, Any], images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return probabilities, float32 [n, 10], of uint8 [n, 8, 8], prepared only by the manifest's values."""
    spec = manifest["input"]
    arrays = images.astype(np.float32) * np.float32(spec["scale"]) + np.float32(spec["offset"])
    shape = [-1, spec["height"], spec["width"], spec["channels"]]
    return run.run_litert((BUNDLE / manifest["model"]).read_bytes(), arrays.reshape(shape))


def read_labels(manifest: dict[str, Any]) -> list[str]:
    file: str = manifest["labels"]
    return (BUNDLE / file).read_text().splitlines()


def test_bundle_is_small_and_for_litert(manifest: dict[str, Any]) -> None:
    assert manifest["engine"] == "litert"
    assert sum(path.stat().st_size for path in BUNDLE.iterdir()) < 300_000


def test_accuracy_on_held_out_scans(manifest: dict[str, Any]) -> None:
    held_out = scans.load_held_out()
    probabilities = predict(manifest, held_out.images)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    predictions = np.array(read_labels(manifest))[probabilities.argmax(axis=1)]
    assert (predictions == np.array(scans.LABELS)[held_out.labels]).mean() >= 0.97


def test_sample_is_a_correctly_classified_held_out_scan(manifest: dict[str, Any]) -> None:
    with Image.open(BUNDLE / manifest["sample"]) as picture:
        sample = np.asarray(picture)
    held_out = scans.load_held_out()
    (index,) = np.flatnonzero((held_out.images == sample).all(axis=(1, 2)))
    assert predict(manifest, sample[np.newaxis]).argmax() == held_out.labels[index]


def test_held_out_scans_are_disjoint_from_training() -> None:
    training, held_out = scans.load_training(), scans.load_held_out()
    assert sorted([*training.numbers, *held_out.numbers]) == list(range(1797))
    assert len(held_out.numbers) == 599
    seen = {image.tobytes() for image in training.images}
    assert not [
        number for number, image in zip(held_out.numbers, held_out.images, strict=True) if image.tobytes() in seen
    ]


def test_held_out_scans_have_each_digit_in_proportion() -> None:
    all_digits = np.bincount(np.concatenate([scans.load_training().labels, scans.load_held_out().labels]))
    np.testing.assert_allclose(np.bincount(scans.load_held_out().labels), all_digits / 3, atol=1)


def test_held_out_scans_are_always_the_same() -> None:
    first, second = scans.load_held_out(), scans.load_held_out()
    np.testing.assert_array_equal(first.numbers, second.numbers)
    assert first.numbers[:5].tolist() == [107, 767, 1689, 934, 1473]


def test_scans_use_the_full_range_of_bytes() -> None:
    images = scans.load_held_out().images
    assert (images.shape, images.dtype.name) == ((599, 8, 8), "uint8")
    assert (int(images.min()), int(images.max())) == (0, 255)


def test_png_preserves_every_pixel() -> None:
    image = scans.load_held_out().images[3]
    with Image.open(BytesIO(scans.encode_png(image))) as picture:
        assert (picture.format, picture.mode) == ("PNG", "L")
        np.testing.assert_array_equal(np.asarray(picture), image)


def test_manifest_describes_the_input(manifest: dict[str, Any]) -> None:
    spec = {"height": 8, "width": 8, "channels": 1, "scale": 1 / 255, "offset": 0.0, "decode": "exact"}
    assert manifest["input"] == spec
    assert read_labels(manifest) == list("0123456789")


def test_tensorflow_bundle_is_the_same_model(manifest: dict[str, Any]) -> None:
    other = bundle.verify(TENSORFLOW)
    assert (other["engine"], other["model"], other["tensors"].keys()) == ("tensorflow", "model.pb", {"input", "output"})
    assert all(other[key] == manifest[key] for key in ("name", "input", "labels", "sample", "precision"))
    assert all(other["files"][file] == manifest["files"][file] for file in ("labels.txt", "sample.png"))


@pytest.mark.parametrize("folder", [BUNDLE, TENSORFLOW], ids=["litert", "tensorflow"])
def test_parity_report_covers_the_held_out_scans(folder: Path) -> None:
    report = json.loads((folder / bundle.verify(folder)["parity"]).read_text())
    assert report["images"] == {"count": 599, "from": "the held-out scans"}
    assert report["top1_agreement"] == 1
    assert report["largest_difference"] < 1e-5
    assert report["accuracy"] == "595 of 599 held-out scans"
