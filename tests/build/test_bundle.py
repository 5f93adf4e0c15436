"""A bundle verifies only in the state in which it was written."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from build import bundle

INPUT = bundle.Input(height=8, width=8, channels=1, scale=1 / 255, offset=0.0)
PNG = b"\x89PNG rest"
EXAMPLE = bundle.Contents(name="toy", engine="litert", input=INPUT, model=b"weights", labels=["no", "yes"], sample=PNG)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bundle.write(tmp_path / "bundle", replace(EXAMPLE, parity={"top1_agreement": 1.0}))
    return tmp_path / "bundle"


def test_manifest_pins_every_file(folder: Path) -> None:
    manifest = bundle.verify(folder)
    assert manifest["files"] == {
        path.name: {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}
        for path in folder.iterdir()
        if path.name != "manifest.json"
    }
    assert {manifest[role] for role in ("model", "labels", "sample", "parity")} == manifest["files"].keys()
    assert (folder / manifest["labels"]).read_text() == "no\nyes\n"


def test_digest_is_the_sha256_of_the_manifest(folder: Path) -> None:
    assert bundle.digest(folder) == hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()


@pytest.mark.parametrize("file", ["model.tflite", "labels.txt", "sample.png", "parity.json"])
def test_changed_file_of_equal_size_is_refused(folder: Path, file: str) -> None:
    data = (folder / file).read_bytes()
    (folder / file).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(bundle.BundleError, match=f"{file} does not match the SHA-256 in its manifest"):
        bundle.verify(folder)


def test_missing_and_extra_files_are_named(folder: Path) -> None:
    (folder / "labels.txt").rename(folder / "names.txt")
    with pytest.raises(bundle.BundleError, match=r"missing or unknown files .*\(labels\.txt, names\.txt\)"):
        bundle.verify(folder)


def test_manifest_edited_by_hand_is_refused(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(bundle.BundleError, match="edited by hand"):
        bundle.verify(folder)


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"{}", b'{"files": {"a": 1}}', b'{"files": []}'])
def test_invalid_manifest_is_refused(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(bundle.BundleError, match="is not a valid manifest"):
        bundle.verify(folder)


def test_unknown_format_is_refused(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_bytes(bundle.encode_manifest(manifest | {"format": 2}))
    with pytest.raises(bundle.BundleError, match="has format 2; only format 1 is supported"):
        bundle.verify(folder)


def test_roles_must_match_engine_and_files(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())

    def refusal(changed: dict[str, object]) -> str:
        (folder / "manifest.json").write_bytes(bundle.encode_manifest(manifest | changed))
        with pytest.raises(bundle.BundleError) as refused:
            bundle.verify(folder)
        return str(refused.value)

    assert "has model.tflite for the engine 'onnx'" in refusal({"engine": "onnx"})
    assert "has model.tflite for the engine 'tensorflow'" in refusal({"engine": "tensorflow"})
    assert "missing or unknown files compared with its manifest (report.json)" in refusal({"parity": "report.json"})
    assert "is not a valid manifest" in refusal({"sample": []})


def test_graph_must_name_its_tensors(tmp_path: Path) -> None:
    graph = replace(EXAMPLE, engine="tensorflow", tensors={"input": "image"})
    with pytest.raises(bundle.BundleError, match="does not name the input and output tensors of its graph"):
        bundle.write(tmp_path, graph)
    bundle.write(tmp_path, replace(graph, tensors={"input": "image", "output": "scores"}))
    manifest = bundle.verify(tmp_path)
    assert (manifest["model"], manifest["tensors"]) == ("model.pb", {"input": "image", "output": "scores"})


@pytest.mark.parametrize(
    ("sample", "file"), [(b"\xff\xd8\xff\xe0", "sample.jpg"), (PNG, "sample.png"), (b"RIFF", "sample.webp")]
)
def test_sample_file_name_has_its_format(tmp_path: Path, sample: bytes, file: str) -> None:
    bundle.write(tmp_path, replace(EXAMPLE, sample=sample))
    manifest = bundle.verify(tmp_path)
    assert manifest["sample"] == file
    assert "parity" not in manifest


def test_folder_without_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(bundle.BundleError, match=r"is not a bundle: cannot read manifest\.json"):
        bundle.verify(tmp_path)
