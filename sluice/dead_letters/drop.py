"""Gives dead letters up, but writes each down first."""

import base64
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from sluice.dead_letters.letter import Letter
from sluice.dead_letters.logs import Fate


class Drop:
    """An act of sluice.dead_letters.settle: writes a JSON object a line and sees to it that it lies on the disk."""

    def __init__(self, to: TextIO, fates: Mapping[str, Fate]) -> None:
        self._to, self._fates = to, fates

    def __call__(self, letters: Sequence[Letter]) -> Mapping[str, str]:
        for letter in letters:
            self._to.write(json.dumps(record(letter, self._fates.get(letter.message_id, Fate()))) + "\n")
        self._to.flush()
        with suppress(OSError):  # a pipe or a terminal has no disk
            os.fsync(self._to.fileno())
        return {}


@contextmanager
def opened(file: Path | None) -> Iterator[TextIO]:
    """A file to add to, which only its owner may read; standard output for None."""
    if file is None:
        yield sys.stdout
        return
    with os.fdopen(os.open(file, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600), "a") as added:
        yield added


def record(letter: Letter, fate: Fate) -> dict[str, Any]:
    """All that is known of a letter, as JSON says it; `sent` in seconds since 1970, what is binary in base64."""
    return {
        "id": letter.id,
        "message_id": letter.message_id,
        "sent": letter.sent,
        "code": fate.code,
        "reason": fate.reason,
        "model": fate.model,
        "replays": letter.replays,
        "trace_id": letter.trace_id,
        "body": letter.body,
        "attributes": {name: _plain(value) for name, value in letter.attributes.items()},
    }


def _plain(attribute: Mapping[str, Any]) -> str:
    binary = attribute.get("BinaryValue")
    return base64.b64encode(binary).decode() if binary is not None else str(attribute.get("StringValue", ""))
