"""The elements of a JSON array that is too long to be read at once."""

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

_DECODER = json.JSONDecoder()
_BEGIN = re.compile(r"\s*\[")
_BETWEEN = re.compile(r"[\s,]*")


def elements(blocks: Iterable[bytes]) -> Iterator[Any]:
    """Each element of an array of objects, whose UTF-8 text comes in `blocks`. Raises ValueError when not whole."""
    text, begun = "", False
    for block in codecs.iterdecode(blocks, "utf-8"):
        text += block
        position = 0
        if not begun and (begin := _BEGIN.match(text)):
            begun, position = True, begin.end()
        while begun:
            position = _past(_BETWEEN, text, position)
            try:
                element, position = _DECODER.raw_decode(text, position)
            except json.JSONDecodeError:
                break  # what is missing comes with the next block
            yield element
        text = text[position:]
    if not begun or text.strip() != "]":
        raise ValueError("The file is not one JSON array, or is cut short.")


def _past(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position
