"""Reads the elements of a JSON array that is too long to be in memory as a whole."""

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

_DECODER = json.JSONDecoder()
_START = re.compile(r"\s*\[")
_SEPARATOR = re.compile(r"[\s,]*")


def iterate_array(blocks: Iterable[bytes]) -> Iterator[Any]:
    """Yield the elements of an array of objects.

    Args:
        blocks: The UTF-8 text of the array, cut anywhere.

    Raises:
        ValueError: The text is not one JSON array, or is incomplete.
    """
    text, started = "", False
    for block in codecs.iterdecode(blocks, "utf-8"):
        text += block
        position = 0
        if not started and (start := _START.match(text)):
            started, position = True, start.end()
        while started:
            position = _skip(_SEPARATOR, text, position)
            try:
                element, position = _DECODER.raw_decode(text, position)
            except json.JSONDecodeError:
                break  # the rest of the element is in the next block
            yield element
        text = text[position:]
    if not started or text.strip() != "]":
        raise ValueError("The file is not one JSON array, or is incomplete.")


def _skip(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position
