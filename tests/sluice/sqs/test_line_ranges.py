"""Numbers of lines, read and written."""

import pytest

from sluice.sqs.line_ranges import LineRanges, LineRangesError


@pytest.mark.parametrize(
    ("written", "of_ten"), [("3", [3]), ("2-4,7", [2, 3, 4, 7]), ("1, 9-", [1, 9, 10]), ("4-3", []), ("12-", [])]
)
def test_what_is_written_names_lines(written: str, of_ten: list[int]) -> None:
    spans = LineRanges.parse(written)
    assert [number for number in range(1, 11) if number in spans] == of_ten


def test_lines_that_both_name() -> None:
    assert str(LineRanges.parse("3-20,40-") & LineRanges.parse("1,5-10,15-50,60-")) == "5-10,15-20,40-50,60-"
    assert LineRanges.parse("1-3") & LineRanges.parse("4-") == LineRanges(())


@pytest.mark.parametrize("written", ["", "x", "0", "-3", "1-2-3", "1,,2"])
def test_what_names_none_is_refused(written: str) -> None:
    with pytest.raises(LineRangesError, match="Invalid line numbers"):
        LineRanges.parse(written)


@pytest.mark.parametrize(
    ("numbers", "onwards", "written"),
    [([], 5, "5-"), ([1, 2, 3, 5], None, "1-3,5"), ([2, 3], 4, "2-"), ([2, 9], 12, "2,9,12-"), ([], 1, "1-")],
)
def test_they_are_written_as_short_as_can_be_and_read_again(
    numbers: list[int], onwards: int | None, written: str
) -> None:
    assert str(LineRanges.from_numbers(numbers, onwards)) == written
    meant = {*numbers, *(() if onwards is None else range(onwards, 20))}
    assert {number for number in range(1, 20) if number in LineRanges.parse(written)} == meant
