"""The command answers everything with a table or a sentence."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from build.package.__main__ import app, show
from build.package.artifact import Artifact
from build.package.manifest import Build
from build.package.target import Target
from tests.support.build.small_project import ROOT, copy, run


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--python", "3.9"], "Python '3.9' is not one that can be built for"),
        (["--arch", "aarch64"], "Architecture 'aarch64' is not one that Lambda has"),
    ],
)
def test_unknown_target(options: list[str], sentence: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [*options, "--out", str(tmp_path)])
    assert (result.exit_code, list(tmp_path.iterdir())) == (1, [])
    assert result.stderr.startswith(f"build: {sentence}")
    assert len(result.stderr.splitlines()) == 1


def test_out_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    result = CliRunner().invoke(app, ["--out", str(tmp_path / "out")])
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert f"{tmp_path / 'out'}" in result.stderr


def test_no_network(tmp_path: Path) -> None:
    away = {"UV_OFFLINE": "1", "UV_CACHE_DIR": str(tmp_path / "cache")}
    code, said = run(ROOT, "--out", str(tmp_path / "out"), **away)
    assert code == 1
    assert said.startswith("build: The wheels of litert.lock could not be installed for ")
    assert "connect" in said
    assert "Traceback" not in said


def test_handler_with_a_syntax_error(tmp_path: Path) -> None:
    root = copy(tmp_path / "project", shutil.copyfile)
    (root / "lambdas" / "handlers" / "broken.py").write_text("def handler(:\n")
    code, said = run(root)
    assert (code, said.count("\n")) == (1, 1)
    assert "broken.py, line 1, is not Python: " in said


@pytest.mark.parametrize(("python", "notices"), [("3.11", 1), ("3.12", 0), ("3.13", 0), ("3.14", 0)])
def test_table_says_when_a_build_is_for_a_laptop_only(
    capsys: pytest.CaptureFixture[str], python: str, notices: int
) -> None:
    artifact = Artifact("worker.zip", "0123456789abcdef", 1234, 56789, None)
    show(Build(Target(python, "arm64"), {"worker": artifact}, {}, {}), Path("out"))
    said = capsys.readouterr().out
    assert "worker.zip" in said and "1,234" in said and "56,789" in said and "0123456789ab" in said
    assert said.count("on AWS the litert layer needs Python 3.12 or newer") == notices


@pytest.mark.parametrize(("compiled", "notices"), [((True, False), 0), ((False, False), 1), ((), 0)])
def test_table_says_when_no_layer_is_compiled(
    capsys: pytest.CaptureFixture[str], compiled: tuple[bool, ...], notices: int
) -> None:
    layers = {str(count): Artifact(f"{count}.zip", "ab", 1, 2, None, state) for count, state in enumerate(compiled)}
    show(Build(Target("3.13", "arm64"), {}, layers, {}), Path("out"))
    said = " ".join(capsys.readouterr().out.split())
    assert said.count("as there is no Python 3.13 here: install it, or let uv bring one") == notices
