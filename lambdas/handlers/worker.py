"""Queue to queue: classifies the images of a batch of tasks and sends each one's result on."""

import os

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from inference.classify import Answer, classify
from inference.deadline import Deadline
from inference.faults import ModelFault
from inference.fetch import Fetcher
from inference.messages import Rejection, read_task
from inference.model import ModelStore
from pipeline.batch import ImageBatch
from pipeline.outbox import Outbox
from pipeline.postpone import postpone
from pipeline.records import Record, records_of
from pipeline.report import report

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
sqs = boto3.client("sqs", config=Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 3}))
fetcher = Fetcher.from_environment(os.environ)
store = ModelStore(os.environ["MODEL"])
batch = ImageBatch(Outbox(sqs, os.environ["PREDICTIONS"]))

if problem := store.try_early():
    logger.warning("The model could not be loaded yet", reason=problem)


def answer(record: Record, deadline: Deadline) -> Answer:
    """The result of one message; whatever it raises fails this message alone."""
    task = read_task(record.get("body"), record["messageId"])
    return Answer(task) if isinstance(task, Rejection) else classify(task, store.model(), fetcher.fetch, deadline)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: object, context: LambdaContext) -> PartialItemFailureResponse:
    """Answer a batch. Raises ModelFault, which brings all of it back, when the model cannot be used."""
    try:
        store.model()
    except ModelFault:
        metrics.add_metric("ModelFaults", MetricUnit.Count, 1)
        raise
    with batch(records_of(event), answer, context):
        batch.process()
    postpone(logger, sqs, os.environ["IMAGES"], batch.failed, first_seconds=int(os.environ["RETRY_SECONDS"]))
    report(logger, metrics, batch.answers, batch.failed)
    return batch.response()
