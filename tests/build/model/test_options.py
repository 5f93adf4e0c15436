"""Parsing of options from text."""

import pytest

from build.errors import ModelImportError
from build.model import options


@pytest.mark.parametrize(
    ("text", "scale", "offset"),
    [
        ("0..1", 1 / 255, 0),
        ("-1..1", 2 / 255, -1),
        ("0..255", 1, 0),
        (" -0.5 .. 0.5 ", 1 / 255, -0.5),
        ("1/255", 1 / 255, 0),
        ("1/127.5,-1", 2 / 255, -1),
        ("0.0078125,-1", 1 / 128, -1),
        ("1", 1, 0),
        ("1e-2,5", 0.01, 5),
    ],
)
def test_scale_is_parsed_in_every_form(text: str, scale: float, offset: float) -> None:
    parsed = options.parse_scale(text)
    assert parsed is not None
    assert (parsed.scale, parsed.offset) == pytest.approx((scale, offset))


@pytest.mark.parametrize("text", ["x", "1/0", "0", "0..0", "1..", "nan", "1,2,3", "0..1..2", "1e999"])
def test_invalid_scale_is_refused(text: str) -> None:
    with pytest.raises(ModelImportError, match=r"Invalid SCALE '.*': use the range"):
        options.parse_scale(text)


@pytest.mark.parametrize(("text", "size"), [("", None), ("224", (224, 224)), ("224x320", (224, 320)), ("8X9", (8, 9))])
def test_size_is_parsed_in_every_form(text: str, size: tuple[int, int] | None) -> None:
    assert options.parse_size(text) == size


@pytest.mark.parametrize("text", ["0", "224x0", "12345", "224,320", "big", "-3"])
def test_invalid_size_is_refused(text: str) -> None:
    with pytest.raises(ModelImportError, match=r"Invalid SIZE '.*': use one side \(224\)"):
        options.parse_size(text)


@pytest.mark.parametrize("text", ["", "Pets", "1pets", "pets_2", "p" * 32, "pets\n"])
def test_invalid_name_is_refused(text: str) -> None:
    with pytest.raises(ModelImportError, match=r"Invalid NAME .*: use 1 to 31"):
        options.parse_name(text)


def test_agreement_has_a_default_for_each_precision() -> None:
    assert [options.parse_agreement("", precision) for precision in ("float16", "int8")] == [0.99, 0.95]
    assert options.parse_agreement("0.5", "int8") == 0.5
    with pytest.raises(ModelImportError, match="Invalid AGREEMENT '2': use a number from 0 to 1"):
        options.parse_agreement("2", "int8")
