"""Some lines of a list in S3, classified at once."""

import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from inference.answer import answer
from inference.classify import Answer
from inference.deadline import Deadline
from inference.fetch import Fetcher
from inference.messages import Rejection, Task
from inference.models import Models
from jobs.batch import Batch
from jobs.persist import persist, to_records
from jobs.store import Store
from pipeline.report import counting, report, report_unanswered
from pipeline.shadows import shadows

# Kept of the function's time for the results to be written.
RESERVED_SECONDS = 3.0

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
fetcher = Fetcher.from_environment(os.environ)
models = Models.from_environment(os.environ)
store = Store(os.environ["JOBS"])

for problem in models.try_early():
    logger.warning("A model could not be loaded yet", reason=problem)


def answer_line(task: Task | Rejection, deadline: Deadline) -> Answer:
    """The result of one line."""
    return answer(task, models, fetcher.fetch, deadline)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """{"predicted", "rejected", "failed", "results"}. Raises ModelFault and StoreUnavailable: try the batch again."""
    deadline = Deadline(context.get_remaining_time_in_millis() / 1000 - RESERVED_SECONDS)
    batch = Batch.read(event)
    with counting(metrics):
        models.check()
        tasks = batch.tasks(store)
        outcomes = persist(tasks, answer_line, deadline)
        told = batch.keep(store, to_records(tasks, outcomes))
    answers = [outcome for outcome in outcomes if isinstance(outcome, Answer)]
    shadows(logger, answers, deadline)
    report(logger, metrics, answers, several_models=len(models) > 1)
    unanswered = [(task.id, met) for task, met in zip(tasks, outcomes, strict=True) if isinstance(met, BaseException)]
    report_unanswered(logger, metrics, unanswered)
    return told
