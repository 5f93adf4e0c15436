"""`sluice results`: answers out of the predictions queue."""

from typing import Annotated

import typer

from sluice.commands.answers import Answers
from sluice.commands.console import Env, Environment, Json, SluiceError, note
from sluice.sqs.consumer import HIDDEN_SECONDS, MOST_LEFT, Handover

_WAIT = 1  # seconds for the first answer; any long poll asks all of SQS, so an empty one means an empty queue
_FOLLOWING = 20


def results(
    follow: Annotated[bool, typer.Option("--follow", help="Go on until Ctrl-C.")] = False,
    count: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Take the answers that are there: a table on a terminal, JSON lines with --json or when piped.

    Each is taken out of the queue only after it was printed.
    """
    deployed = Environment.open(env)
    answers = Answers(as_json)
    handover = Handover(deployed.client("sqs"), deployed.output("predictions"), answers.show)
    try:
        _take(handover, follow, count)
    except BaseException:  # Ctrl-C is how following ends
        if handover.hidden:
            note(f"{_answers(handover.hidden)} received and not printed: back in the queue in {HIDDEN_SECONDS} s.")
        if handover.left:
            note(_left(handover))
        raise
    if answers.for_people:
        note(f"{_answers(handover.done)}." if handover.done else "No answer is there.")
    if handover.left:
        raise SluiceError(_left(handover), left=len(handover.left))


def _take(handover: Handover, follow: bool, count: int | None) -> None:
    while (count is None or handover.done < count) and len(handover.left) < MOST_LEFT:
        most = 10 if count is None else min(10, count - handover.done)
        if not handover.step(wait=_FOLLOWING if follow else _WAIT, most=most) and not follow:
            break


def _left(handover: Handover) -> str:
    """What to know of answers that come again."""
    why = next(iter(handover.left.values())).rstrip(".")
    return (
        f"{_answers(len(handover.left))} printed, but still in the queue ({why}): the next reader gets the same again, "
        f"with the same id. What takes longer than {HIDDEN_SECONDS} s to print cannot be deleted any more: if a slow "
        "program reads along, write into a file first."
    )


def _answers(many: int) -> str:
    return "1 answer" if many == 1 else f"{many:,} answers"
