"""The command prints a table, or one sentence on an error."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from build.package.__main__ import app, print_build
from build.package.artifacts import Artifact, Build
from build.package.target import Target
from tests.support.build.projects import ROOT, copy_project, run_build


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--python", "3.9"], "Python '3.9' is not supported"),
        (["--arch", "aarch64"], "Architecture 'aarch64' is not supported by Lambda"),
    ],
)
def test_unknown_target_is_one_sentence(options: list[str], sentence: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [*options, "--out", str(tmp_path)])
    assert (result.exit_code, list(tmp_path.iterdir())) == (1, [])
    assert result.stderr.startswith(f"build: {sentence}")
    assert len(result.stderr.splitlines()) == 1


def test_out_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    result = CliRunner().invoke(app, ["--out", str(tmp_path / "out")])
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert f"{tmp_path / 'out'}" in result.stderr


def test_missing_network_names_the_fix(tmp_path: Path) -> None:
    offline = {"UV_OFFLINE": "1", "UV_CACHE_DIR": str(tmp_path / "cache")}
    code, output = run_build(ROOT, "--out", str(tmp_path / "out"), **offline)
    assert code == 1
    assert output.startswith("build: Cannot install the wheels of litert.lock for ")
    assert "connect" in output
    assert "Traceback" not in output


def test_syntax_error_in_a_handler_is_one_sentence(tmp_path: Path) -> None:
    root = copy_project(tmp_path / "project", shutil.copyfile)
    (root / "lambdas" / "handlers" / "broken.py").write_text("def handler(:\n")
    code, output = run_build(root)
    assert (code, output.count("\n")) == (1, 1)
    assert "broken.py, line 1, is not valid Python: " in output


@pytest.mark.parametrize(("python", "notices"), [("3.11", 1), ("3.12", 0), ("3.13", 0), ("3.14", 0)])
def test_build_for_this_machine_only_is_noted(capsys: pytest.CaptureFixture[str], python: str, notices: int) -> None:
    artifact = Artifact("worker.zip", "0123456789abcdef", 1234, 56789, None)
    print_build(Build(Target(python, "arm64"), {"worker": artifact}, {}, {}), Path("out"))
    output = capsys.readouterr().out
    assert all(text in output for text in ("worker.zip", "1,234", "56,789", "0123456789ab"))
    assert output.count("on AWS the litert layer needs Python 3.12 or newer") == notices


@pytest.mark.parametrize(
    ("compiled", "compiler_notes", "notices"),
    [((True, False), 1, 0), ((True, True), 1, 0), ((False, False), 0, 1), ((), 0, 0)],
)
def test_build_output_names_the_compiler_or_its_absence(
    capsys: pytest.CaptureFixture[str], compiled: tuple[bool, ...], compiler_notes: int, notices: int
) -> None:
    layers = {str(count): Artifact(f"{count}.zip", "ab", 1, 2, None, state) for count, state in enumerate(compiled)}
    version = "cpython 3.13.0" if any(compiled) else None
    print_build(Build(Target("3.13", "arm64"), {}, layers, {}, version), Path("out"))
    output = " ".join(capsys.readouterr().out.split())
    assert output.count("Layers compiled to bytecode by cpython 3.13.0.") == compiler_notes
    assert output.count("Python 3.13 is not installed. Install it, for example with `uv python install") == notices
