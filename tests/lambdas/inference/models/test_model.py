"""The model: verified, loaded once, and never half."""

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
from inference.models import bundle
from inference.models.model import Model, ModelStore
from inference.preprocess.image import prepare
from tests.lambdas.conftest import BUNDLE

FILES = {file.name: file.read_bytes() for file in BUNDLE.iterdir()}


@pytest.fixture
def put(model_address: str, request: pytest.FixtureRequest) -> Callable[..., str]:
    """Put a changed bundle into a folder of this test's own; its address, by the manifest that `files` holds."""
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


def test_the_demo_model_reads_its_sample(model: Model, model_address: str) -> None:
    best = model.predict(prepare(model.sample, model.input), top=3)
    assert [type(entry.score) for entry in best] == [float] * 3
    assert best[0].score > 0.5 > best[1].score > best[2].score
    assert model.sample_url == f"{model_address}/sample.png"
    assert len(model.predict(prepare(model.sample, model.input), top=100)) == len(model.labels) == 10


def test_a_file_of_another_content_and_the_same_size_is_refused_until_it_is_right_again(
    put: Callable[..., str],
) -> None:
    other = bytes([FILES["model.tflite"][0] ^ 1]) + FILES["model.tflite"][1:]
    store = ModelStore(put(model_tflite=other))
    for _ in range(2):
        with pytest.raises(ModelError) as refused:
            store.model()
        message = str(refused.value)
        assert f"{store.address}/model.tflite" in message
        assert hashlib.sha256(other).hexdigest() in message
        assert hashlib.sha256(FILES["model.tflite"]).hexdigest() in message
        assert "make apply" in message
    put()
    assert store.model() is store.model()


@pytest.mark.parametrize("name", ["manifest.json", "model.tflite", "labels.txt", "sample.png"])
def test_a_file_that_is_missing_longer_or_shorter_is_refused(
    name: str, put: Callable[..., str], model_address: str
) -> None:
    key = name.replace(".", "_")
    if name == "manifest.json":
        address = f"{model_address.rpartition('/')[0]}/{'0' * 64}"
        with pytest.raises(ModelError, match="NoSuchKey"):
            ModelStore(address).model()
        return
    for content, word in ((None, "NoSuchKey"), (FILES[name] + b"x", "pinned"), (FILES[name][:-1], "pinned")):
        with pytest.raises(ModelError, match=word):
            ModelStore(put(**{key: content})).model()


def test_a_manifest_that_was_changed_in_place_is_refused(put: Callable[..., str]) -> None:
    address = put()
    bucket, _, folder = address.removeprefix("s3://").partition("/")
    boto3.client("s3").put_object(Bucket=bucket, Key=f"{folder}/manifest.json", Body=manifest(name="other"))
    with pytest.raises(ModelError, match="not the one that was pinned"):
        ModelStore(address).model()


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
def test_a_bundle_that_this_code_cannot_serve_is_refused(changed: bytes, word: str, put: Callable[..., str]) -> None:
    store = ModelStore(put(manifest_json=changed))
    with pytest.raises(ModelError, match=word) as refused:
        store.model()
    assert store.address in str(refused.value)


@pytest.mark.parametrize(
    "address", ["", "model", "s3://bucket/name", "s3://bucket/name/short", "https://x/y/" + "0" * 64]
)
def test_an_address_that_pins_nothing_is_refused(address: str) -> None:
    with pytest.raises(ModelError, match="The model's address is"):
        ModelStore(address).model()


def test_a_store_that_cannot_be_reached_is_a_fault_of_the_model(model_address: str) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        ModelStore(f"s3://no-such-bucket-here/digits/{model_address.rpartition('/')[2]}").model()


def test_many_threads_load_it_once(model_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[str] = []
    download = bundle.download

    def counted(address: str, **options: Any) -> bundle.Bundle:
        loads.append(address)
        return download(address, **options)

    monkeypatch.setattr(bundle, "download", counted)
    store = ModelStore(model_address)
    found: list[Model] = []
    threads = [threading.Thread(target=lambda: found.append(store.model())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loads) == 1
    assert len(found) == 8
    assert all(one is found[0] for one in found)


def test_many_threads_predict_what_one_predicts(model: Model) -> None:
    rng = np.random.default_rng(4)
    arrays = [rng.random((1, 8, 8, 1), dtype=np.float32) for _ in range(40)]
    expected = [model.predict(array, 10) for array in arrays]
    found: dict[int, Any] = {}

    def run(start: int) -> None:
        for index in range(start, 40, 4):
            found[index] = model.predict(arrays[index], 10)

    threads = [threading.Thread(target=run, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[index] for index in range(40)] == expected


def test_the_bundle_in_the_project_is_the_one_that_it_says() -> None:
    named = json.loads(FILES["manifest.json"])["files"]
    assert named.keys() == FILES.keys() - {"manifest.json"}
    for name, entry in named.items():
        content = Path(BUNDLE / name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (entry["bytes"], entry["sha256"])
