"""The smallest queue-to-queue function: copies each message of one queue to another."""

import os

import boto3
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

sqs = boto3.client("sqs")
processor = BatchProcessor(EventType.SQS)


def copy_message(record: SQSRecord) -> None:
    """Send a message to the other queue; an error returns only this message to its queue."""
    sqs.send_message(QueueUrl=os.environ["OUTBOX"], MessageBody=record.body)


def handler(event: dict[str, object], context: LambdaContext) -> PartialItemFailureResponse:
    """Copy the messages of a batch, and return those that failed."""
    return process_partial_response(event, copy_message, processor, context)
