"""Take messages whose results were accepted from their queue, before anything that may end the process is done."""

from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from pipeline.records import Record

MAX_ENTRIES = 10


def forget(logger: Logger, sqs: Any, queue_url: str, answered: Sequence[Record]) -> None:
    """Delete each message. Failing to is only logged: Lambda deletes them, too, once the call has ended.

    A message that came back would be answered again, and the results queue knows duplicates for 300 seconds only.
    """
    entries = [
        {"Id": str(index), "ReceiptHandle": record["receiptHandle"]}
        for index, record in enumerate(answered)
        if record.get("receiptHandle")
    ]
    for start in range(0, len(entries), MAX_ENTRIES):
        try:
            reply = sqs.delete_message_batch(QueueUrl=queue_url, Entries=entries[start : start + MAX_ENTRIES])
        except (ClientError, BotoCoreError) as error:
            logger.warning("Answered messages are left for Lambda to delete", error=str(error))
            return
        if reply.get("Failed"):
            logger.warning("Some answered messages are left for Lambda to delete", failed=reply["Failed"])
