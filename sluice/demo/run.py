"""The demonstration's journey: everything in, everything out, with a bar to watch."""

from collections.abc import Sequence
from time import monotonic
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from sluice.demo.inputs import Input
from sluice.demo.ledger import Ledger
from sluice.sqs import messages
from sluice.sqs.sending import send_bodies

_PATIENCE = 90.0  # seconds without any news, after which what is missing counts as lost


def through(sqs: Any, addresses: dict[str, Any], inputs: Sequence[Input], console: Console) -> Ledger:
    """Send the inputs, take what comes out until each has an end; what never comes out stays missing in the ledger."""
    ledger = Ledger(inputs)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        sending = progress.add_task("Sent   ", total=len(inputs))
        ending = progress.add_task("Answered", total=len(inputs))
        start = heard = monotonic()
        for sent in send_bodies(sqs, addresses["images"], (task.body for task in inputs)):
            progress.advance(sending, sent)
        while ledger.settled < len(inputs) and monotonic() - heard < _PATIENCE:
            before = ledger.settled
            ledger.book(messages.take_bodies(sqs, addresses["predictions"]))
            ledger.seconds = monotonic() - start
            if ledger.settled == before:
                ledger.dead.extend(messages.take_bodies(sqs, addresses["dead_letters"], wait=0))
            if ledger.settled > before:
                heard = monotonic()
            progress.update(ending, completed=ledger.settled)
        ledger.book(messages.take_all_bodies(sqs, addresses["predictions"]))  # a duplicate may trail behind
    return ledger
