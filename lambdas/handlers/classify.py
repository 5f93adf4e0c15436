"""One image: an item of a job to its result in S3, {"url", "top"?, "id"?, "model"?} to its result; {}, the sample."""

import os

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from inference.answer import answer, answer_sample
from inference.deadline import Deadline
from inference.fetch import Fetcher
from inference.messages import read_fields
from inference.models import Models
from jobs.items import Item
from jobs.store import Store
from pipeline.report import counting, report
from pipeline.shadows import shadows

# Kept of the function's time for its reply and, for an item of a job, for the result to be written.
RESERVED_SECONDS = 1.5

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
fetcher = Fetcher.from_environment(os.environ)
models = Models.from_environment(os.environ)
store = Store(os.environ["JOBS"])

for problem in models.try_early():
    logger.warning("A model could not be loaded yet", reason=problem)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: object, context: LambdaContext) -> dict[str, object] | str:
    """The result as docs/messages.md has it; of an item of a job one word, "predicted" or "rejected".

    Raises SourceUnavailable, OutOfTime, ModelFault or StoreUnavailable: try those again.
    """
    deadline = Deadline(context.get_remaining_time_in_millis() / 1000 - RESERVED_SECONDS)
    item = Item.read(event)
    with counting(metrics):
        if event in (None, {}):
            given = answer_sample(models, context.aws_request_id, deadline)
        else:
            task = read_fields(item.fields(store) if item else event, context.aws_request_id)
            given = answer(task, models, fetcher.fetch, deadline)
        told = item.keep(store, given.result) if item else given.result.as_dict()
    shadows(logger, [given], deadline)
    report(logger, metrics, [given], several_models=len(models) > 1)
    return told
