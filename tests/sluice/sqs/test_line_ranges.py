"""Line ranges are parsed, intersected and formatted."""

import pytest

from sluice.sqs.line_ranges import LineRanges, LineRangesError


@pytest.mark.parametrize(
    ("text", "lines_of_ten"),
    [("3", [3]), ("2-4,7", [2, 3, 4, 7]), ("1, 9-", [1, 9, 10]), ("4-3", []), ("12-", [])],
)
def test_parse_selects_lines(text: str, lines_of_ten: list[int]) -> None:
    ranges = LineRanges.parse(text)
    assert [number for number in range(1, 11) if number in ranges] == lines_of_ten


def test_and_intersects_ranges() -> None:
    assert str(LineRanges.parse("3-20,40-") & LineRanges.parse("1,5-10,15-50,60-")) == "5-10,15-20,40-50,60-"
    assert LineRanges.parse("1-3") & LineRanges.parse("4-") == LineRanges(())


@pytest.mark.parametrize("text", ["", "x", "0", "-3", "1-2-3", "1,,2"])
def test_parse_refuses_invalid_text(text: str) -> None:
    with pytest.raises(LineRangesError, match=f'Invalid line numbers "{text}": use numbers and ranges from 1'):
        LineRanges.parse(text)


@pytest.mark.parametrize(
    ("numbers", "onwards", "text"),
    [([], 5, "5-"), ([1, 2, 3, 5], None, "1-3,5"), ([2, 3], 4, "2-"), ([2, 9], 12, "2,9,12-"), ([], 1, "1-")],
)
def test_from_numbers_formats_the_shortest_text(numbers: list[int], onwards: int | None, text: str) -> None:
    assert str(LineRanges.from_numbers(numbers, onwards)) == text
    expected = {*numbers, *(() if onwards is None else range(onwards, 20))}
    assert {number for number in range(1, 20) if number in LineRanges.parse(text)} == expected
