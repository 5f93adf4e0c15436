"""The smallest queue-to-queue function: copies each message of one queue to another."""

import os

import boto3
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

sqs = boto3.client("sqs")
processor = BatchProcessor(EventType.SQS)


def copy(record: SQSRecord) -> None:
    """Send one message on; an error brings back this message alone."""
    sqs.send_message(QueueUrl=os.environ["OUTBOX"], MessageBody=record.body)


def handler(event: dict[str, object], context: LambdaContext) -> PartialItemFailureResponse:
    """Copy a batch."""
    return process_partial_response(event, copy, processor, context)
