"""Two builds of equal sources give equal bytes, and a second build writes nothing."""

import hashlib
import json
import platform
import time
from pathlib import Path

from tests.support.build.projects import ProjectCopy, run_build


def hash_artifacts(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each artifact by name."""
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.iterdir()
        if not file.name.startswith(".")
    }


def test_two_builds_are_byte_identical(two_builds: tuple[ProjectCopy, ProjectCopy]) -> None:
    first, second = (hash_artifacts(project.out) for project in two_builds)
    assert first == second
    assert {"manifest.json", "litert.zip", "powertools.zip", "tensorflow.zip", "relay.zip"} <= first.keys()


def test_manifest_matches_the_files(two_builds: tuple[ProjectCopy, ProjectCopy]) -> None:
    folder = two_builds[0].out
    manifest = json.loads((folder / "manifest.json").read_bytes())
    artifacts = {**manifest["functions"], **manifest["layers"]}.values()
    assert {artifact["file"]: (artifact["sha256"], artifact["bytes"]) for artifact in artifacts} == {
        file.name: (hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_size) for file in folder.glob("*.zip")
    }
    assert {name: layer.get("engine") for name, layer in manifest["layers"].items()} == {
        "litert": "litert",
        "powertools": None,
        "tensorflow": "tensorflow",
    }


def test_build_output_names_the_compiler(two_builds: tuple[ProjectCopy, ProjectCopy]) -> None:
    for project in two_builds:
        assert f"Layers compiled to bytecode by cpython {platform.python_version()}.\n" in project.output


def test_second_build_writes_nothing(two_builds: tuple[ProjectCopy, ProjectCopy]) -> None:
    project = two_builds[0]

    def state() -> dict[str, tuple[int, int]]:
        return {file.name: (file.stat().st_ino, file.stat().st_mtime_ns) for file in project.out.iterdir()}

    before = state()
    started = time.monotonic()
    code, output = run_build(project.root)
    assert (code, output.count("unchanged"), output.count("built")) == (
        0,
        len(list(project.out.glob("*.zip"))),
        0,
    )
    assert state() == before
    assert time.monotonic() - started < 5
    assert project.output.count("built") == output.count("unchanged")
