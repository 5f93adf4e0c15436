"""Send results, and know of each one whether the queue accepted it."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from botocore.exceptions import BotoCoreError, ClientError

from inference.errors import TransientError
from inference.messages import Prediction, Rejection, to_json

# A result, and the AWSTraceHeader that goes with it, if it belongs to a trace.
Traced: TypeAlias = tuple[Prediction | Rejection, str | None]

MAX_ENTRIES = 10
MAX_BYTES = 262_144


class NotAcceptedError(TransientError):
    """The results queue did not take the result, so its task may not be forgotten."""

    code = "not_accepted"


class Outbox:
    """The FIFO queue of results. A result is deduplicated by its task's id, so sending it again is harmless."""

    def __init__(self, sqs: Any, queue_url: str) -> None:
        self._sqs = sqs
        self._queue_url = queue_url

    def send(self, results: Sequence[Traced]) -> list[NotAcceptedError | None]:
        """Send all results; for each, in order, None once it is accepted, else why it was not."""
        return [fault for batch in _batches(results) for fault in self._send_batch(batch)]

    def _send_batch(self, batch: list[dict[str, Any]]) -> list[NotAcceptedError | None]:
        entries = [{"Id": str(index), **entry} for index, entry in enumerate(batch)]
        try:
            reply = self._sqs.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
        except (ClientError, BotoCoreError) as error:
            return [NotAcceptedError(f"The results queue could not be reached: {error}") for _ in batch]
        accepted = {entry["Id"] for entry in reply.get("Successful", [])}
        reasons = {entry["Id"]: f"{entry['Code']}: {entry.get('Message', '')}" for entry in reply.get("Failed", [])}
        return [
            None
            if entry["Id"] in accepted
            else NotAcceptedError(
                f"The results queue refused the result ({reasons.get(entry['Id'], 'no reason given')})."
            )
            for entry in entries
        ]


def _batches(results: Sequence[Traced]) -> Iterator[list[dict[str, Any]]]:
    """Entries in groups that one call takes; bodies are ASCII, so characters are bytes, and headers do not count."""
    batch: list[dict[str, Any]] = []
    size = 0
    for result, header in results:
        body = to_json(result)
        if batch and (len(batch) == MAX_ENTRIES or size + len(body) > MAX_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(_entry(result.id, body, header))
        size += len(body)
    if batch:
        yield batch


def _entry(id_: str, body: str, header: str | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"MessageBody": body, "MessageDeduplicationId": id_, "MessageGroupId": id_}
    if header:
        entry["MessageSystemAttributes"] = {"AWSTraceHeader": {"DataType": "String", "StringValue": header}}
    return entry
