"""`sluice send`: tasks into the images queue."""

from collections.abc import Iterator
from typing import Annotated

import typer

from sluice.commands.console import Env, Environment, Json, SluiceError, bar, show
from sluice.commands.source import Addresses, File, Source
from sluice.sqs import tasks
from sluice.sqs.line_numbers import ALL, Spans, SpansError
from sluice.sqs.sampling import Sampling
from sluice.sqs.sender import Sender

Model = Annotated[str | None, typer.Option(help="The deployed model that is to do it, where a task names none.")]
Top = Annotated[int | None, typer.Option(min=1, max=100, help="How many labels, where a task does not say.")]

Traced = Annotated[
    float | None,
    typer.Option(min=0, max=1, help="The share that X-Ray is to trace; left out: one a second, and 5% of the others."),
]


def _spans(written: str) -> Spans:
    try:
        return Spans.read(written)
    except SpansError as error:
        raise typer.BadParameter(str(error)) from None


Lines = Annotated[
    Spans | None, typer.Option(parser=_spans, metavar="LINES", help="Only these lines, such as 7,12-40,100-")
]


def send(
    addresses: Addresses = None,
    file: File = None,
    lines: Lines = None,
    model: Model = None,
    top: Top = None,
    traced: Traced = None,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Send images to be classified: addresses, a file of them, or what is piped in.

    Everything is checked before anything is sent; of a pipe, what comes before a line that is no task is sent.
    """
    source = Source.of(addresses, file)

    def wanted() -> Iterator[tasks.Task]:
        return (task for task in tasks.read(source.lines(), model, top) if task.line in (lines or ALL))

    total = sum(1 for _ in wanted()) if source.again else None
    deployed = Environment.open(env)
    sender = Sender(deployed.client("sqs"), deployed.output("images"), Sampling(traced), lines or ALL)
    with bar("Sent", total) as advance:
        sender.send(wanted(), advance)
    if not sender.sent:
        raise SluiceError("There was no task to send: a line holds an address or a task as JSON.", sent=0)
    said = "1 task was sent" if sender.sent == 1 else f"{sender.sent:,} tasks were sent"
    show({"sent": sender.sent}, as_json, f"{said}; `sluice results` shows the answers.")
