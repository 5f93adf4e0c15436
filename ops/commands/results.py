"""`sluice results`: answers out of the predictions queue."""

from typing import Annotated

import typer

from ops import queues
from ops.commands.answers import Answers
from ops.commands.frame import Deployed, Env, Json, note

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
    deployed = Deployed.open(env)
    sqs, url, answers = deployed.client("sqs"), deployed.output("predictions"), Answers(as_json)
    taken = 0
    while count is None or taken < count:
        most = 10 if count is None else min(10, count - taken)
        messages = queues.receive(sqs, url, wait=_FOLLOWING if follow else _WAIT, most=most)
        if not messages and not follow:
            break
        answers.show([message.body for message in messages])
        queues.forget(sqs, url, messages)
        taken += len(messages)
    if answers.for_people:
        note("No answer is there." if not taken else "1 answer." if taken == 1 else f"{taken:,} answers.")
