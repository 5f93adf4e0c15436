"""Sends dead letters to the images queue again, each with its id, its trace and a count of its replays."""

from collections.abc import Mapping, Sequence
from typing import Any

from sluice.dead_letters import body
from sluice.dead_letters.letter import REPLAYS, Letter
from sluice.sqs import batches


class Replay:
    """An act of sluice.dead_letters.settle: sends letters to the queue at `url`."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs, self._url = sqs, url

    def __call__(self, letters: Sequence[Letter]) -> Mapping[str, str]:
        refused = batches.send(self._sqs, self._url, [entry(letter) for letter in letters])
        return {letters[place].message_id: why for place, why in refused.items()}


def entry(letter: Letter) -> dict[str, Any]:
    """What SendMessageBatch takes for a letter."""
    replays = {"DataType": "String", "StringValue": str(letter.replays + 1)}
    sent: dict[str, Any] = {
        "MessageBody": body.with_id(letter.body, letter.message_id),
        "MessageAttributes": {**letter.attributes, REPLAYS: replays},
    }
    if letter.trace:
        sent["MessageSystemAttributes"] = {"AWSTraceHeader": {"DataType": "String", "StringValue": letter.trace}}
    return sent
