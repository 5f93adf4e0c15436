"""`sluice send`: send tasks to the images queue."""

from collections.abc import Iterator
from typing import Annotated

import typer

from sluice.commands.console import Env, Json, progress_bar, show
from sluice.commands.inputs import Addresses, InputFile, Inputs, Model, Top
from sluice.environment import Environment
from sluice.errors import SluiceError
from sluice.sqs.line_ranges import ALL_LINES, LineRanges, LineRangesError
from sluice.sqs.task_sender import TaskSender, TraceSampling
from sluice.sqs.tasks import NumberedTask, parse_tasks

Traced = Annotated[float | None, typer.Option(min=0, max=1, help="Fraction to trace. Default: one a second plus 5 %.")]


def _parse_lines(text: str) -> LineRanges:
    try:
        return LineRanges.parse(text)
    except LineRangesError as error:
        raise typer.BadParameter(str(error)) from None


Lines = Annotated[
    LineRanges | None,
    typer.Option(parser=_parse_lines, metavar="LINES", help="Only these lines, for example 7,12-40,100-"),
]


def send(
    addresses: Addresses = None,
    file: InputFile = None,
    lines: Lines = None,
    model: Model = None,
    top: Top = None,
    traced: Traced = None,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Send images to be classified: as addresses, from a file, or from standard input.

    All tasks are checked before the first is sent; with a pipe, tasks before an invalid line are sent.
    """
    inputs = Inputs.from_options(addresses, file)

    def selected_tasks() -> Iterator[NumberedTask]:
        return (task for task in parse_tasks(inputs.lines(), model, top) if task.line in (lines or ALL_LINES))

    total = sum(1 for _ in selected_tasks()) if inputs.is_rereadable else None
    environment = Environment.open(env)
    sender = TaskSender(
        environment.client("sqs"), environment.output("images"), TraceSampling(traced), lines or ALL_LINES
    )
    with progress_bar("Sent", total) as advance:
        sender.send(selected_tasks(), advance)
    if not sender.sent:
        raise SluiceError("The input has no tasks: use one address, or one task as JSON, per line.", sent=0)
    count = "1 task was" if sender.sent == 1 else f"{sender.sent:,} tasks were"
    show({"sent": sender.sent}, as_json, f"{count} sent; `sluice results` shows the answers.")
