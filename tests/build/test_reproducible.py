"""Two people who build the same sources get the same bytes; one who builds twice writes nothing."""

import hashlib
import json
import time
from pathlib import Path

from tests.support.build.small_project import Copy, run


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of each artifact."""
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.iterdir()
        if not file.name.startswith(".")
    }


def test_two_builds_are_byte_identical(two_builds: tuple[Copy, Copy]) -> None:
    mine, yours = (hashes(copy.out) for copy in two_builds)
    assert mine == yours
    assert {"manifest.json", "litert.zip", "powertools.zip", "tensorflow.zip", "relay.zip"} <= mine.keys()


def test_manifest_tells_the_truth(two_builds: tuple[Copy, Copy]) -> None:
    folder = two_builds[0].out
    manifest = json.loads((folder / "manifest.json").read_bytes())
    told = {**manifest["functions"], **manifest["layers"]}.values()
    assert {artifact["file"]: (artifact["sha256"], artifact["bytes"]) for artifact in told} == {
        file.name: (hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_size) for file in folder.glob("*.zip")
    }
    assert {name: layer.get("engine") for name, layer in manifest["layers"].items()} == {
        "litert": "litert",
        "powertools": None,
        "tensorflow": "tensorflow",
    }


def test_second_run_writes_nothing(two_builds: tuple[Copy, Copy]) -> None:
    copy = two_builds[0]

    def state() -> dict[str, tuple[int, int]]:
        return {file.name: (file.stat().st_ino, file.stat().st_mtime_ns) for file in copy.out.iterdir()}

    before = state()
    started = time.monotonic()
    code, said = run(copy.root)
    assert (code, said.count("unchanged"), said.count("built")) == (
        0,
        len(list(copy.out.glob("*.zip"))),
        0,
    )
    assert state() == before
    assert time.monotonic() - started < 5
    assert two_builds[0].said.count("built") == said.count("unchanged")
