"""Sends dead letters to the images queue again, each with its id, its trace and a count of its replays."""

from collections.abc import Mapping, Sequence
from typing import Any

from ops.dead import body
from ops.dead.letter import REPLAYS, Letter


class Replay:
    """An act of ops.dead.settle: sends letters to the queue at `url`."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs, self._url = sqs, url

    def __call__(self, letters: Sequence[Letter]) -> Mapping[str, str]:
        entries = [{"Id": str(place), **entry(letter)} for place, letter in enumerate(letters)]
        reply = self._sqs.send_message_batch(QueueUrl=self._url, Entries=entries)
        accepted = {found["Id"] for found in reply.get("Successful", [])}
        why = {found["Id"]: found.get("Message") or found["Code"] for found in reply.get("Failed", [])}
        return {
            letter.message_id: why.get(str(place), "SQS did not say what became of it.")
            for place, letter in enumerate(letters)
            if str(place) not in accepted
        }


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
