"""`sluice results`: print the answers in the predictions queue."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from sluice.commands.answers import AnswerPrinter
from sluice.commands.console import Env, Json, note
from sluice.environment import Environment
from sluice.errors import SluiceError
from sluice.sqs.consumer import HIDDEN_SECONDS, Consumer
from sluice.sqs.messages import Message

_WAIT, _FOLLOW_WAIT = 1, 20  # seconds; a long poll asks all of SQS's servers, so an empty reply means an empty queue


def results(
    follow: Annotated[bool, typer.Option("--follow", help="Continue until Ctrl-C.")] = False,
    count: Annotated[int | None, typer.Option(min=1, help="Largest number of answers.")] = None,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Print the waiting answers and remove them from the queue.

    They are printed as a table on a terminal, and as JSON lines with --json or when piped. An answer is removed from
    the queue only after it was printed.
    """
    environment = Environment.open(env)
    printer = AnswerPrinter(as_json)

    def print_messages(messages: Sequence[Message]) -> Mapping[str, str]:
        printer.print([message.body for message in messages])
        return {}

    consumer = Consumer(environment.client("sqs"), environment.output("predictions"), print_messages)
    try:
        consumer.run(wait=_FOLLOW_WAIT if follow else _WAIT, forever=follow, count=count)
    except BaseException:  # including Ctrl-C, which ends --follow
        if consumer.unhandled:
            note(f"{_count(consumer.unhandled)} received and not printed: back in the queue in {HIDDEN_SECONDS} s.")
        if consumer.undeleted:
            note(_describe_undeleted(consumer))
        raise
    if printer.is_table:
        note(f"{_count(consumer.handled)}." if consumer.handled else "No answers are waiting.")
    if consumer.undeleted:
        raise SluiceError(_describe_undeleted(consumer), undeleted=len(consumer.undeleted))


def _describe_undeleted(consumer: Consumer[Message]) -> str:
    reason = next(iter(consumer.undeleted.values())).rstrip(".")
    return (
        f"{_count(len(consumer.undeleted))} printed, but still in the queue ({reason}): the next reader receives the "
        f"same again, with the same id. SQS cannot delete answers that take more than {HIDDEN_SECONDS} s to print: if "
        "a slow program reads the output, write it to a file first."
    )


def _count(answers: int) -> str:
    return "1 answer" if answers == 1 else f"{answers:,} answers"
