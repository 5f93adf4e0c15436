"""Recipes select a layer's files, with a reason for each, and keep everything that numpy needs."""

from pathlib import Path

import pytest

from build.package.recipe import Recipe
from build.package.target import Target

LAYERS = Path(__file__).parents[3] / "build" / "layers"
LITERT = Recipe.from_file(LAYERS / "litert.toml")
TENSORFLOW = Recipe.from_file(LAYERS / "tensorflow.toml")


@pytest.mark.parametrize("path", sorted(LAYERS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_entry_has_a_reason(path: Path) -> None:
    recipe = Recipe.from_file(path)
    reasons = [reason for table in (recipe.omit, recipe.keep, recipe.drop, recipe.cut) for reason in table.values()]
    assert all(
        isinstance(reason, str) and reason
        for reason in [*reasons, recipe.alone or "not set", recipe.uncompiled or "not set"]
    )


@pytest.mark.parametrize("path", sorted(LAYERS.glob("*.toml")), ids=lambda path: path.stem)
def test_numpy_libraries_are_not_stripped(path: Path) -> None:
    """A stripped OpenBLAS no longer loads."""
    assert not Recipe.from_file(path).strips("numpy.libs/libscipy_openblas64_-32a4b2a6.so")


@pytest.mark.parametrize(
    "path",
    [
        "ai_edge_litert/tools/converter.so",
        "ai_edge_litert/vendors/deep/plugin.so",
        "numpy/_core/tests/test_array.py",
        "numpy/__init__.pyi",
        "numpy/__pycache__/version.cpython-313.pyc",
        "numpy-2.5.5.dist-info/RECORD",
        "bin/f2py",
        ".lock",
    ],
)
def test_file_that_matches_drop_is_left_out(path: str) -> None:
    assert not LITERT.keeps(path)


@pytest.mark.parametrize(
    "path",
    [
        "ai_edge_litert/interpreter.py",
        "ai_edge_litert/libpywrap_litert_common.so",
        "numpy.libs/libscipy_openblas64_-32a4b2a6.so",
        "numpy.libs/libgfortran-040039e1.so.5.0.0",
        "numpy/_core/_multiarray_umath.cpython-313-x86_64-linux-gnu.so",
        "numpy-2.5.5.dist-info/METADATA",
        "numpy-2.5.5.dist-info/licenses/LICENSE.txt",
        "pillow.libs/libwebp-51b0b3f7.so.7.2.0",
    ],
)
def test_file_that_matches_no_drop_is_kept(path: str) -> None:
    assert LITERT.keeps(path)


@pytest.mark.parametrize(
    "path",
    [
        "tensorflow/libtensorflow_cc.so.2",
        "tensorflow/THIRD_PARTY_NOTICES.txt",
        "tensorflow_cpu-2.21.0.dist-info/METADATA",
        "tensorflow-2.21.0.dist-info/METADATA",
        "zstandard/__init__.py",
        "zstandard/backend_c.cpython-313-x86_64-linux-gnu.so",
        "zstandard-0.25.0.dist-info/licenses/LICENSE",
    ],
)
def test_file_that_matches_keep_is_kept(path: str) -> None:
    assert TENSORFLOW.keeps(path)


@pytest.mark.parametrize(
    "path",
    [
        "tensorflow/__init__.py",
        "tensorflow/python/_pywrap_tensorflow_internal.so",
        "zstandard/_cffi.cpython-313-x86_64-linux-gnu.so",
        "zstandard-0.25.0.dist-info/RECORD",
    ],
)
def test_file_that_matches_no_keep_is_left_out(path: str) -> None:
    assert not TENSORFLOW.keeps(path)


@pytest.mark.parametrize(("python", "supported"), [("3.11", True), ("3.13", True), ("3.14", False)])
def test_layer_supports_pythons_with_wheels(python: str, supported: bool) -> None:
    assert TENSORFLOW.supports(Target(python, "x86_64")) == supported
    assert LITERT.supports(Target(python, "x86_64"))
