"""The queue that results are sent to."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from botocore.exceptions import BotoCoreError, ClientError

from inference.errors import TransientError
from inference.messages import Prediction, Rejection, to_json
from pipeline.sqs_limits import MAX_BYTES, MAX_ENTRIES

# A result and the AWSTraceHeader to send with it; None if it belongs to no trace.
TracedResult: TypeAlias = tuple[Prediction | Rejection, str | None]


class NotAcceptedError(TransientError):
    """The results queue did not accept a result, so the message of its task must not be deleted."""

    code = "not_accepted"


class Outbox:
    """The FIFO queue of results. Results are deduplicated by their id, so sending one again is safe."""

    def __init__(self, sqs: Any, queue_url: str) -> None:
        self._sqs = sqs
        self._queue_url = queue_url

    def send(self, results: Sequence[TracedResult]) -> list[NotAcceptedError | None]:
        """Send results in as few requests as possible.

        Returns:
            For each result, in order, None if the queue accepted it, else the error.
        """
        return [error for batch in _batches(results) for error in self._send_batch(batch)]

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


def _batches(results: Sequence[TracedResult]) -> Iterator[list[dict[str, Any]]]:
    """Bodies are ASCII, so a character is a byte; trace headers do not count towards the limit."""
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
