"""Consume a queue: a message is deleted after it was handled, and never before, so that none is lost."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from pipeline.sqs_limits import MAX_ENTRIES
from sluice.sqs.messages import DeleteError, Message, delete_messages, receive_messages

HIDDEN_SECONDS = 300  # the time that handling ten messages may take; after it, those of a killed consumer are visible
MAX_UNDELETED = 1_000  # a consumer that cannot delete so many messages should stop

M = TypeVar("M", bound=Message)


class Consumer(Generic[M]):
    """Passes messages of a queue to a handler and then deletes them.

    A message that was handled, but whose deletion failed because the handler took longer than the visibility timeout,
    is received again. It is then not handled again, but deleted with its new receipt handle.

    Args:
        sqs: A boto3 client of SQS.
        url: The queue's URL.
        handler: Handles messages, and returns the reason for each that it refused, by message ID; these stay in the
            queue. An exception means that it handled none of them.

    Attributes:
        handled: How many messages were handled.
        unhandled: How many messages were received, and are not known to be handled.
        undeleted: Why handled messages are still in the queue, by message ID.
    """

    def __init__(self, sqs: Any, url: str, handler: Callable[[Sequence[M]], Mapping[str, str]]) -> None:
        self._sqs, self._url, self._handler = sqs, url, handler
        self.handled = 0
        self.unhandled = 0
        self.undeleted: dict[str, str] = {}

    def poll(self: "Consumer[Message]", *, wait: int, limit: int) -> bool:
        """Receive up to `limit` messages (1 to 10), handle the new ones, and delete all.

        Args:
            wait: How many seconds (0 to 20) to wait for the first message.
            limit: The largest number of messages (1 to 10).

        Returns:
            Whether any message was received.

        Raises:
            DeleteError: As `process`.
        """
        received = receive_messages(self._sqs, self._url, wait=wait, limit=limit, hidden_seconds=HIDDEN_SECONDS)
        handled_before = [message for message in received if message.id in self.undeleted]
        new = [message for message in received if message.id not in self.undeleted]
        self.unhandled = len(new)
        self._delete(handled_before)
        if new:
            self.process(new)
        return bool(received)

    def run(self: "Consumer[Message]", *, wait: int, forever: bool = False, count: int | None = None) -> None:
        """Consume the queue until it is empty, `count` messages are handled, or MAX_UNDELETED cannot be deleted.

        Args:
            wait: How many seconds (0 to 20) to wait for messages each time.
            forever: Continue when the queue is empty.
            count: The number of messages to handle; None for no limit.

        Raises:
            DeleteError: As `process`.
        """
        while (count is None or self.handled < count) and len(self.undeleted) < MAX_UNDELETED:
            limit = MAX_ENTRIES if count is None else min(MAX_ENTRIES, count - self.handled)
            if not self.poll(wait=wait, limit=limit) and not forever:
                return

    def process(self, messages: Sequence[M]) -> list[M]:
        """Handle received messages, up to ten, and delete them.

        Returns:
            The messages that were handled and deleted.

        Raises:
            DeleteError: If the deletion failed as a whole; `undeleted` then has the reasons.
        """
        self.unhandled = len(messages)
        refused = self._handler(messages)
        handled = [message for message in messages if message.id not in refused]
        self.handled += len(handled)
        self.unhandled = 0
        self._delete(handled)
        return [message for message in handled if message.id not in self.undeleted]

    def _delete(self, messages: Sequence[Message]) -> None:
        ids = [message.id for message in messages]
        self.undeleted |= dict.fromkeys(ids, "The deletion was interrupted.")  # stays if the call does not return
        try:
            remaining = delete_messages(self._sqs, self._url, messages)
        except DeleteError as error:
            self._set_undeleted(ids, error.reasons)
            raise
        self._set_undeleted(ids, remaining)

    def _set_undeleted(self, ids: Sequence[str], reasons: Mapping[str, str]) -> None:
        for id_ in ids:
            del self.undeleted[id_]
        self.undeleted |= reasons
