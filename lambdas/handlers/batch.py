"""Some lines of a list in S3, classified at once."""

import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from inference.classify import Answer, classify
from inference.deadline import Deadline
from inference.faults import ModelFault
from inference.fetch import Fetcher
from inference.messages import Rejection, Task
from inference.model import ModelStore
from jobs.batch import Batch
from jobs.persist import persist, to_records
from jobs.store import Store
from pipeline.report import report, report_unanswered

# Kept of the function's time for the results to be written.
RESERVED_SECONDS = 3.0

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
fetcher = Fetcher.from_environment(os.environ)
models = ModelStore(os.environ["MODEL"])
store = Store(os.environ["JOBS"])

if problem := models.try_early():
    logger.warning("The model could not be loaded yet", reason=problem)


def answer(task: Task | Rejection, deadline: Deadline) -> Answer:
    """The result of one line."""
    return Answer(task) if isinstance(task, Rejection) else classify(task, models.model(), fetcher.fetch, deadline)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """{"predicted", "rejected", "failed", "results"}. Raises ModelFault and StoreUnavailable: try the batch again."""
    deadline = Deadline(context.get_remaining_time_in_millis() / 1000 - RESERVED_SECONDS)
    batch = Batch.read(event)
    try:
        models.model()
    except ModelFault:
        metrics.add_metric("ModelFaults", MetricUnit.Count, 1)
        raise
    tasks = batch.tasks(store)
    outcomes = persist(tasks, answer, deadline)
    report(logger, metrics, [outcome for outcome in outcomes if isinstance(outcome, Answer)], [])
    unanswered = [(task.id, met) for task, met in zip(tasks, outcomes, strict=True) if isinstance(met, BaseException)]
    report_unanswered(logger, metrics, unanswered)
    return batch.keep(store, to_records(tasks, outcomes))
