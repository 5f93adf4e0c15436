"""One image, asked for directly: {"url", "top"?, "id"?} to its result; nothing to the result of the model's sample."""

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
from pipeline.report import report

# Kept of the function's time for its reply.
RESERVED_SECONDS = 0.5

logger, metrics, tracer = Logger(), Metrics(), Tracer(auto_patch=False)
fetcher = Fetcher.from_environment(os.environ)
store = ModelStore(os.environ["MODEL"])

if problem := store.try_early():
    logger.warning("The model could not be loaded yet", reason=problem)


def answer(event: object, id_: str, deadline: Deadline) -> Answer:
    """The result of one event."""
    model = store.model()
    if event in (None, {}):
        return classify(Task(id_, model.sample_url), model, lambda *_: model.sample, deadline)
    task = read_fields(event, id_)
    return Answer(task) if isinstance(task, Rejection) else classify(task, model, fetcher.fetch, deadline)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: object, context: LambdaContext) -> dict[str, object]:
    """The result as docs/messages.md has it. Raises SourceUnavailable, OutOfTime or ModelFault: try those again."""
    seconds = context.get_remaining_time_in_millis() / 1000 - RESERVED_SECONDS
    try:
        given = answer(event, context.aws_request_id, Deadline(seconds))
    except (TransientFault, ModelFault) as fault:
        metrics.add_metric("ModelFaults" if isinstance(fault, ModelFault) else "Retries", MetricUnit.Count, 1)
        raise
    report(logger, metrics, [given], [])
    return given.result.as_dict()
