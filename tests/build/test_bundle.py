"""A bundle verifies as it was written, and in no other state."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from build import bundle

TAKES = bundle.Input(height=8, width=8, channels=1, scale=1 / 255, offset=0.0)
PNG = b"\x89PNG rest"
TOY = bundle.Contents(name="toy", engine="litert", takes=TAKES, model=b"weights", labels=["no", "yes"], sample=PNG)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bundle.write(tmp_path / "made", replace(TOY, parity={"top1_agreement": 1.0}))
    return tmp_path / "made"


def test_manifest_pins_every_file(folder: Path) -> None:
    manifest = bundle.verify(folder)
    assert manifest["files"] == {
        path.name: {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}
        for path in folder.iterdir()
        if path.name != "manifest.json"
    }
    assert {manifest[role] for role in ("model", "labels", "sample", "parity")} == manifest["files"].keys()
    assert (folder / manifest["labels"]).read_text() == "no\nyes\n"


def test_digest_is_the_hash_of_the_manifest(folder: Path) -> None:
    assert bundle.digest(folder) == hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()


@pytest.mark.parametrize("file", ["model.tflite", "labels.txt", "sample.png", "parity.json"])
def test_changed_file_of_the_same_size_is_found(folder: Path, file: str) -> None:
    data = (folder / file).read_bytes()
    (folder / file).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(bundle.BundleError, match=f"{file} is not the file that its manifest pins"):
        bundle.verify(folder)


def test_missing_and_extra_files_are_named(folder: Path) -> None:
    (folder / "labels.txt").rename(folder / "names.txt")
    with pytest.raises(bundle.BundleError, match=r"disagree about labels\.txt, names\.txt"):
        bundle.verify(folder)


def test_manifest_edited_by_hand_is_refused(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(bundle.BundleError, match="edited by hand"):
        bundle.verify(folder)


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"{}", b'{"files": {"a": 1}}', b'{"files": []}'])
def test_what_is_no_manifest_gets_a_sentence(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(bundle.BundleError, match="is not a bundle's manifest"):
        bundle.verify(folder)


def test_unknown_format_is_refused(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_bytes(bundle.canonical(manifest | {"format": 2}))
    with pytest.raises(bundle.BundleError, match="has format 2, and only 1 is known"):
        bundle.verify(folder)


def test_roles_are_checked(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())

    def refusal(changed: dict[str, object]) -> str:
        (folder / "manifest.json").write_bytes(bundle.canonical(manifest | changed))
        with pytest.raises(bundle.BundleError) as refused:
            bundle.verify(folder)
        return str(refused.value)

    assert "has model.tflite for the engine 'onnx'" in refusal({"engine": "onnx"})
    assert "has model.tflite for the engine 'tensorflow'" in refusal({"engine": "tensorflow"})
    assert "disagree about report.json" in refusal({"parity": "report.json"})
    assert "is not a bundle's manifest" in refusal({"sample": []})


def test_graph_names_its_tensors(tmp_path: Path) -> None:
    graph = replace(TOY, engine="tensorflow", tensors={"input": "image"})
    with pytest.raises(bundle.BundleError, match="does not name its graph's input and output"):
        bundle.write(tmp_path, graph)
    bundle.write(tmp_path, replace(graph, tensors={"input": "image", "output": "scores"}))
    manifest = bundle.verify(tmp_path)
    assert (manifest["model"], manifest["tensors"]) == ("model.pb", {"input": "image", "output": "scores"})


@pytest.mark.parametrize(
    ("sample", "file"), [(b"\xff\xd8\xff\xe0", "sample.jpg"), (PNG, "sample.png"), (b"RIFF", "sample.webp")]
)
def test_sample_is_named_by_its_kind(tmp_path: Path, sample: bytes, file: str) -> None:
    bundle.write(tmp_path, replace(TOY, sample=sample))
    manifest = bundle.verify(tmp_path)
    assert manifest["sample"] == file
    assert "parity" not in manifest


def test_folder_without_manifest_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(bundle.BundleError, match=r"is not a bundle: manifest\.json cannot be read"):
        bundle.verify(tmp_path)
