"""A recipe drops what it names, for a reason, and never what numpy needs."""

from pathlib import Path

import pytest

from build.package.recipe import Recipe

LAYERS = Path(__file__).parents[2] / "build" / "layers"
LITERT = Recipe.read(LAYERS / "litert.toml")


@pytest.mark.parametrize("path", sorted(LAYERS.glob("*.toml")), ids=lambda path: path.stem)
def test_everything_left_out_has_a_reason(path: Path) -> None:
    recipe = Recipe.read(path)
    assert all(isinstance(reason, str) and reason for reason in [*recipe.omit.values(), *recipe.drop.values()])


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
