"""Loading a model from a bundle: completely verified or not at all."""

import hashlib
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pytest

from inference.errors import ModelError
from inference.models.model import Model, load_model
from inference.prepare import prepare_image
from tests.support.lambdas.bundles import BUNDLE

FILES = {file.name: file.read_bytes() for file in BUNDLE.iterdir()}


@pytest.fixture
def put(model_address: str, request: pytest.FixtureRequest) -> Callable[..., str]:
    """Store a changed bundle in a folder of this test and return its address, by the manifest among `files`."""
    bucket = model_address.split("/")[2]
    folder = hashlib.sha256(request.node.name.encode()).hexdigest()[:12]

    def put(**files: bytes | None) -> str:
        changed = FILES | {name.replace("_", "."): content for name, content in files.items()}
        sha256 = hashlib.sha256(changed["manifest.json"] or b"").hexdigest()
        client = boto3.client("s3")
        for name, content in changed.items():
            key = f"{folder}/{sha256}/{name}"
            if content is None:
                client.delete_object(Bucket=bucket, Key=key)
            else:
                client.put_object(Bucket=bucket, Key=key, Body=content)
        return f"s3://{bucket}/{folder}/{sha256}"

    return put


def manifest(**changes: Any) -> bytes:
    return json.dumps(json.loads(FILES["manifest.json"]) | changes).encode()


def test_demo_model_classifies_its_sample(model: Model, model_address: str) -> None:
    best = model.predict(prepare_image(model.sample, model.input), top=3)
    assert [type(entry.score) for entry in best] == [float] * 3
    assert best[0].score > 0.5 > best[1].score > best[2].score
    assert model.sample_url == f"{model_address}/sample.png"
    assert len(model.predict(prepare_image(model.sample, model.input), top=100)) == len(model.labels) == 10


def test_file_with_same_size_and_other_content_is_refused(put: Callable[..., str]) -> None:
    other = bytes([FILES["model.tflite"][0] ^ 1]) + FILES["model.tflite"][1:]
    address = put(model_tflite=other)
    for _ in range(2):
        with pytest.raises(ModelError) as raised:
            load_model(address)
        message = str(raised.value)
        assert f"{address}/model.tflite" in message
        assert hashlib.sha256(other).hexdigest() in message
        assert hashlib.sha256(FILES["model.tflite"]).hexdigest() in message
        assert "make apply" in message
    put()
    assert load_model(address).name == "digits"


@pytest.mark.parametrize("name", ["manifest.json", "model.tflite", "labels.txt", "sample.png"])
def test_missing_longer_or_shorter_file_is_refused(name: str, put: Callable[..., str], model_address: str) -> None:
    key = name.replace(".", "_")
    if name == "manifest.json":
        address = f"{model_address.rpartition('/')[0]}/{'0' * 64}"
        with pytest.raises(ModelError, match="NoSuchKey"):
            load_model(address)
        return
    for content, word in ((None, "NoSuchKey"), (FILES[name] + b"x", "pinned"), (FILES[name][:-1], "pinned")):
        with pytest.raises(ModelError, match=word):
            load_model(put(**{key: content}))


def test_manifest_changed_in_place_is_refused(put: Callable[..., str]) -> None:
    address = put()
    bucket, _, folder = address.removeprefix("s3://").partition("/")
    boto3.client("s3").put_object(Bucket=bucket, Key=f"{folder}/manifest.json", Body=manifest(name="other"))
    with pytest.raises(ModelError, match="does not match its pinned hash"):
        load_model(address)


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        (b"not JSON", "manifest"),
        (b"[]", "manifest"),
        (manifest(format=2), "format is 2"),
        (manifest(files={"../secret": {"bytes": 1, "sha256": "0" * 64}}), "plain file name"),
        (manifest(files={"model.tflite": {}}), "manifest"),
        (manifest(engine="abacus"), "abacus"),
        (manifest(input={"height": 9, "width": 8, "channels": 1, "scale": 1.0, "offset": 0.0}), r"\(1, 8, 8, 1\)"),
        (manifest(input={"height": 8}), "cannot be loaded"),
        (manifest(labels="nothing.txt"), "nothing.txt"),
        (manifest(labels="sample.png"), "cannot be loaded"),
        (manifest(model="labels.txt"), "cannot be loaded"),
    ],
)
def test_invalid_bundle_is_refused(changed: bytes, word: str, put: Callable[..., str]) -> None:
    address = put(manifest_json=changed)
    with pytest.raises(ModelError, match=word) as raised:
        load_model(address)
    assert address in str(raised.value)


@pytest.mark.parametrize(
    "address", ["", "model", "s3://bucket/name", "s3://bucket/name/short", "https://x/y/" + "0" * 64]
)
def test_address_without_hash_is_refused(address: str) -> None:
    with pytest.raises(ModelError, match="The model's address is"):
        load_model(address)


def test_missing_bucket_raises_model_error(model_address: str) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        load_model(f"s3://no-such-bucket-here/digits/{model_address.rpartition('/')[2]}")


def test_parallel_predictions_equal_sequential_ones(model: Model) -> None:
    rng = np.random.default_rng(4)
    arrays = [rng.random((1, 8, 8, 1), dtype=np.float32) for _ in range(40)]
    expected = [model.predict(array, 10) for array in arrays]
    results: dict[int, Any] = {}

    def run(start: int) -> None:
        for index in range(start, 40, 4):
            results[index] = model.predict(arrays[index], 10)

    threads = [threading.Thread(target=run, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [results[index] for index in range(40)] == expected


def test_demo_bundle_matches_its_manifest() -> None:
    entries = json.loads(FILES["manifest.json"])["files"]
    assert entries.keys() == FILES.keys() - {"manifest.json"}
    for name, entry in entries.items():
        content = Path(BUNDLE / name).read_bytes()
        assert len(content) == entry["bytes"]
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
