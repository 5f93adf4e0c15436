"""A recipe drops what it names, for a reason, and never what numpy needs."""

from pathlib import Path

import pytest

from build.package.recipe import Recipe
from build.package.target import Target

LAYERS = Path(__file__).parents[2] / "build" / "layers"
LITERT = Recipe.read(LAYERS / "litert.toml")
TENSORFLOW = Recipe.read(LAYERS / "tensorflow.toml")


@pytest.mark.parametrize("path", sorted(LAYERS.glob("*.toml")), ids=lambda path: path.stem)
def test_everything_left_out_has_a_reason(path: Path) -> None:
    recipe = Recipe.read(path)
    reasons = [reason for table in (recipe.omit, recipe.keep, recipe.drop, recipe.cut) for reason in table.values()]
    assert all(
        isinstance(reason, str) and reason
        for reason in [*reasons, recipe.alone or "none needed", recipe.uncompiled or "none needed"]
    )


@pytest.mark.parametrize("path", sorted(LAYERS.glob("*.toml")), ids=lambda path: path.stem)
def test_numpys_libraries_stay_whole(path: Path) -> None:
    """openblas no longer loads once it is cut."""
    assert not Recipe.read(path).cuts("numpy.libs/libscipy_openblas64_-32a4b2a6.so")


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
def test_dropped(path: str) -> None:
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
def test_kept(path: str) -> None:
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
def test_kept_where_only_what_is_named_is(path: str) -> None:
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
def test_left_out_where_only_what_is_named_is_kept(path: str) -> None:
    assert not TENSORFLOW.keeps(path)


@pytest.mark.parametrize(("python", "fits"), [("3.11", True), ("3.13", True), ("3.14", False)])
def test_no_layer_is_made_for_a_python_without_wheels(python: str, fits: bool) -> None:
    assert TENSORFLOW.fits(Target(python, "x86_64")) == fits
    assert LITERT.fits(Target(python, "x86_64"))
