"""Walking a JPEG's segments, strictly in its header and as libjpeg does to its end."""

import pytest

from inference.decode.jpeg_segments import END, SCAN, walk_header, walk_segments
from tests.support.lambdas.imperfect_jpegs import encode_noise, find_header_segments

DATA = encode_noise("plain")


def test_walk_reaches_end_of_image() -> None:
    segments = list(walk_segments(DATA))
    assert segments[0].offset == 2
    assert segments[-1].marker == END
    assert segments[-1].end == len(DATA)


def test_header_segments_follow_each_other_to_first_scan() -> None:
    segments = list(walk_header(DATA))
    assert [segment.offset for segment in segments] == find_header_segments(DATA)
    assert [segment.end for segment in segments[:-1]] == [segment.offset for segment in segments[1:]]
    assert segments[-1].marker == SCAN


@pytest.mark.parametrize("stray", [b"\xff", b"ab", b"\xff\x01", b"\xff\xd0", b"\xff\x00"])
def test_stray_bytes_end_header_but_not_walk(stray: bytes) -> None:
    place = find_header_segments(DATA)[2]
    data = DATA[:place] + stray + DATA[place:]
    assert len(list(walk_header(data))) == 2
    assert [segment.marker for segment in walk_segments(data)] == [segment.marker for segment in walk_segments(DATA)]


@pytest.mark.parametrize("cut", [b"\xff\xe1\x00\x01", b"\xff\xe1\xff\xff", b"\xff\xd8"])
def test_invalid_length_or_second_start_ends_walk(cut: bytes) -> None:
    place = find_header_segments(DATA)[2]
    assert len(list(walk_segments(DATA[:place] + cut + b"ab"))) == 2


def test_walk_ends_after_a_thousand_segments() -> None:
    assert len(list(walk_segments(DATA[:2] + b"\xff\xe2\x00\x02" * 2000 + DATA[2:]))) == 1000
