"""One image: an item of a job to its result in S3, {"url", "top"?, "id"?} to its result, nothing to the sample's."""

import os

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from inference.classify import Answer, classify
from inference.deadline import Deadline
from inference.faults import ModelFault, TransientFault
from inference.fetch import Fetcher
from inference.messages import Rejection, Task, read_fields
from inference.model import ModelStore
from jobs.items import Item
from jobs.store import Store
from pipeline.report import report

# Kept of the function's time for its reply and, for an item of a job, for the result to be written.
RESERVED_SECONDS = 1.5

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
fetcher = Fetcher.from_environment(os.environ)
models = ModelStore(os.environ["MODEL"])
store = Store(os.environ["JOBS"])

if problem := models.try_early():
    logger.warning("The model could not be loaded yet", reason=problem)


def answer(asked: object, id_: str, deadline: Deadline) -> Answer:
    """The result of a task's fields, or of the model's sample."""
    model = models.model()
    if asked in (None, {}):
        return classify(Task(id_, model.sample_url), model, lambda *_: model.sample, deadline)
    task = read_fields(asked, id_)
    return Answer(task) if isinstance(task, Rejection) else classify(task, model, fetcher.fetch, deadline)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: object, context: LambdaContext) -> dict[str, object] | str:
    """The result as docs/messages.md has it; of an item of a job one word, "predicted" or "rejected".

    Raises SourceUnavailable, OutOfTime, ModelFault or StoreUnavailable: try those again.
    """
    deadline = Deadline(context.get_remaining_time_in_millis() / 1000 - RESERVED_SECONDS)
    item = Item.read(event)
    try:
        given = answer(item.fields(store) if item else event, context.aws_request_id, deadline)
        told = item.keep(store, given.result) if item else given.result.as_dict()
    except (TransientFault, ModelFault) as fault:
        metrics.add_metric("ModelFaults" if isinstance(fault, ModelFault) else "Retries", MetricUnit.Count, 1)
        raise
    report(logger, metrics, [given], [])
    return told
