"""The actions on dead letters: replay them to the images queue, or drop them after writing them to a file."""

import base64
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from sluice.dead_letters.failures import Failure
from sluice.dead_letters.letter import REPLAYS, DeadLetter
from sluice.sqs.sending import send_batch

# Acts on a batch of letters, and returns the reason for each that failed, by message ID.
Action = Callable[[Sequence[DeadLetter]], Mapping[str, str]]


class Replay:
    """Sends letters to a queue again, with their IDs and traces, and with the number of their replays.

    Args:
        sqs: A boto3 client of SQS.
        url: The URL of the images queue.
    """

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs, self._url = sqs, url

    def __call__(self, letters: Sequence[DeadLetter]) -> Mapping[str, str]:
        """Send letters that fit into one batch; return the reasons for those that SQS refused, by message ID."""
        refused = send_batch(self._sqs, self._url, [_replay_entry(letter) for letter in letters])
        return {letters[index].id: reason for index, reason in refused.items()}


class Drop:
    """Writes letters to a file, one JSON object per line.

    Args:
        file: The file.
        failures: The last failure of each letter, by message ID.
    """

    def __init__(self, file: TextIO, failures: Mapping[str, Failure]) -> None:
        self._file, self._failures = file, failures

    def __call__(self, letters: Sequence[DeadLetter]) -> Mapping[str, str]:
        """Write letters, and return after they have reached the disk; refuses none."""
        for letter in letters:
            record = build_record(letter, self._failures.get(letter.id, Failure()))
            self._file.write(json.dumps(record) + "\n")
        self._file.flush()
        with suppress(OSError):  # pipes and terminals cannot be synchronized
            os.fsync(self._file.fileno())
        return {}


@contextmanager
def open_drop_file(path: Path | None) -> Iterator[TextIO]:
    """Open a file for appending that only its owner may read; standard output if the path is None."""
    if path is None:
        yield sys.stdout
        return
    with os.fdopen(os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600), "a") as file:
        yield file


def build_record(letter: DeadLetter, failure: Failure) -> dict[str, Any]:
    """Return a letter and its last failure as an object for JSON.

    The field `sent` is in seconds since 1970; binary message attributes are in base64.
    """
    return {
        "id": letter.task_id,
        "message_id": letter.id,
        "sent": letter.sent,
        "code": failure.code,
        "reason": failure.reason,
        "model": failure.model,
        "replays": letter.replays,
        "trace_id": letter.trace_id,
        "body": letter.body,
        "attributes": {name: _attribute_text(value) for name, value in letter.attributes.items()},
    }


def _replay_entry(letter: DeadLetter) -> dict[str, Any]:
    replays = {"DataType": "String", "StringValue": str(letter.replays + 1)}
    entry: dict[str, Any] = {
        "MessageBody": letter.replay_body(),
        "MessageAttributes": {**letter.attributes, REPLAYS: replays},
    }
    if letter.trace_header:
        header = {"DataType": "String", "StringValue": letter.trace_header}
        entry["MessageSystemAttributes"] = {"AWSTraceHeader": header}
    return entry


def _attribute_text(attribute: Mapping[str, Any]) -> str:
    binary = attribute.get("BinaryValue")
    return base64.b64encode(binary).decode() if binary is not None else str(attribute.get("StringValue", ""))
