"""The pipeline of the demonstration: send all inputs through the queues, and collect the results."""

from collections.abc import Sequence
from time import monotonic
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from sluice.demo.accounting import Accounting
from sluice.demo.inputs import Input
from sluice.sqs import messages
from sluice.sqs.sending import send_bodies

_TIMEOUT = 90.0  # seconds without a new result, after which the missing ones count as lost


def run_pipeline(sqs: Any, outputs: dict[str, Any], inputs: Sequence[Input], console: Console) -> Accounting:
    """Send the inputs, and receive results until every input has one, or none arrives for 90 seconds.

    Args:
        sqs: boto3's SQS client.
        outputs: Terraform's outputs.
        inputs: The inputs to send.
        console: Where to show progress.
    """
    accounting = Accounting(inputs)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        sending = progress.add_task("Sent   ", total=len(inputs))
        receiving = progress.add_task("Answered", total=len(inputs))
        start = last_result = monotonic()
        for sent in send_bodies(sqs, outputs["images"], (task.body for task in inputs)):
            progress.advance(sending, sent)
        while accounting.finished < len(inputs) and monotonic() - last_result < _TIMEOUT:
            before = accounting.finished
            accounting.add_results(messages.take_bodies(sqs, outputs["predictions"]))
            accounting.seconds = monotonic() - start
            if accounting.finished == before:
                accounting.dead.extend(messages.take_bodies(sqs, outputs["dead_letters"], wait=0))
            if accounting.finished > before:
                last_result = monotonic()
            progress.update(receiving, completed=accounting.finished)
        accounting.add_results(messages.take_all_bodies(sqs, outputs["predictions"]))  # duplicates, if there are any
    return accounting
