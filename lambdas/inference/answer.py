"""From what was asked to its one answer, by the model that was asked for."""

from inference.classify import Classification, Fetch, classify
from inference.deadline import Deadline
from inference.errors import InputError
from inference.messages import Rejection, Task
from inference.models.registry import ModelRegistry
from inference.timings import Timings


def answer(
    task: Task | Rejection, models: ModelRegistry, fetch: Fetch, deadline: Deadline, steps: Timings
) -> Classification:
    """The answer to a task, or to what was none. Raises ModelError, and as `classify`."""
    if isinstance(task, Rejection):
        return Classification(task, steps)
    try:
        model = models.named(task.model, deadline)
    except InputError as fault:
        return Classification(Rejection(task.id, task.url, fault.code, fault.message), steps)
    return classify(task, model, fetch, deadline, steps, models.shadow(task.model))


def answer_sample(models: ModelRegistry, id_: str, deadline: Deadline, steps: Timings) -> Classification:
    """The answer to the image that lies beside the default model. Raises as `answer`."""
    model = models.named()
    return classify(Task(id_, model.sample_url), model, lambda *_: model.sample, deadline, steps, models.shadow())
