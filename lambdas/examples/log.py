"""The smallest function on a queue: logs its messages."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()


def handler(event: dict[str, list[dict[str, str]]], _context: LambdaContext) -> None:
    """Log each message of a batch."""
    for record in event["Records"]:
        logger.info("message", extra={"message_id": record["messageId"], "body": record["body"]})
