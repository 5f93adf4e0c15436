"""From what was asked to its one answer, by the model that was asked for."""

from inference.classify import Answer, Fetch, classify
from inference.deadline import Deadline
from inference.faults import PermanentFault
from inference.messages import Rejection, Task
from inference.models import Models
from inference.steps import Steps


def answer(task: Task | Rejection, models: Models, fetch: Fetch, deadline: Deadline, steps: Steps) -> Answer:
    """The answer to a task, or to what was none. Raises ModelFault, and as `classify`."""
    if isinstance(task, Rejection):
        return Answer(task, steps)
    try:
        model = models.named(task.model, deadline)
    except PermanentFault as fault:
        return Answer(Rejection(task.id, task.url, fault.code, fault.message), steps)
    return classify(task, model, fetch, deadline, steps, models.shadow(task.model))


def answer_sample(models: Models, id_: str, deadline: Deadline, steps: Steps) -> Answer:
    """The answer to the image that lies beside the default model. Raises as `answer`."""
    model = models.named()
    return classify(Task(id_, model.sample_url), model, lambda *_: model.sample, deadline, steps, models.shadow())
