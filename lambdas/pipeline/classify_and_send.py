"""Classification many images at once and send what comes, as it comes."""

from collections.abc import Callable, Sequence

from inference.classify import Classification
from inference.deadline import Deadline
from inference.errors import OutOfTimeError
from pipeline.concurrency import at_once
from pipeline.outbox import MAX_ENTRIES, Outbox
from pipeline.work_item import Image


def carry(
    images: Sequence[Image], answer: Callable[[Image, Deadline], Classification], outbox: Outbox, deadline: Deadline
) -> None:
    """Give each image its outcome: its answer once the outbox has accepted it, else why its message must come again.

    Returns soon after the deadline whatever the images do. Those received most often go first, so that a message
    handed back for lack of time is not handed back for ever.
    """
    late = OutOfTimeError("The function's time ended before the image was done.")
    for image in images:
        image.outcome = late
    order = sorted(images, key=lambda image: -image.receives)
    ready: list[tuple[Image, Classification]] = []
    for position, outcome in at_once(order, answer, deadline):
        if isinstance(outcome, BaseException):
            order[position].outcome = outcome
            continue
        ready.append((order[position], outcome))
        if len(ready) == MAX_ENTRIES:
            _send(ready, outbox)
    _send(ready, outbox)


def _send(ready: list[tuple[Image, Classification]], outbox: Outbox) -> None:
    """Send the answers that are ready, each with its trace, note what became of each, and empty the list."""
    faults = outbox.send([(answer.result, image.header) for image, answer in ready])
    for (image, answer), fault in zip(ready, faults, strict=True):
        image.outcome = answer if fault is None else fault
    ready.clear()
