"""Answer many images at once and send what comes, as it comes."""

from collections.abc import Callable, Sequence

from inference.classify import Answer
from inference.deadline import Deadline
from inference.faults import OutOfTime
from pipeline.at_once import at_once
from pipeline.image import Image
from pipeline.outbox import MAX_ENTRIES, Outbox


def carry(
    images: Sequence[Image], answer: Callable[[Image, Deadline], Answer], outbox: Outbox, deadline: Deadline
) -> None:
    """Give each image its outcome: its answer once the outbox has accepted it, else why its message must come again.

    Returns soon after the deadline whatever the images do. Those received most often go first, so that a message
    handed back for lack of time is not handed back for ever.
    """
    late = OutOfTime("The function's time ended before the image was done.")
    for image in images:
        image.outcome = late
    order = sorted(images, key=lambda image: -image.receives)
    ready: list[tuple[Image, Answer]] = []
    for position, outcome in at_once(order, answer, deadline):
        if isinstance(outcome, BaseException):
            order[position].outcome = outcome
            continue
        ready.append((order[position], outcome))
        if len(ready) == MAX_ENTRIES:
            _send(ready, outbox)
    _send(ready, outbox)


def _send(ready: list[tuple[Image, Answer]], outbox: Outbox) -> None:
    """Send the answers that are ready, each with its trace, note what became of each, and empty the list."""
    faults = outbox.send([(answer.result, image.header) for image, answer in ready])
    for (image, answer), fault in zip(ready, faults, strict=True):
        image.outcome = answer if fault is None else fault
    ready.clear()
