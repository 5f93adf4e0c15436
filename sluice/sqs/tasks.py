"""Tasks as people write them, one a line: an address or JSON. What no worker could read is refused by its line."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inference import messages
from sluice.errors import SluiceError
from sluice.sqs.batches import MAX_BYTES

# What SQS takes: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
_REFUSED = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Task:
    """A message's body and the number of the line, from 1, that it stands on."""

    line: int
    body: str


def read(lines: Iterable[bytes | str], model: str | None = None, top: int | None = None) -> Iterator[Task]:
    """The tasks of the lines; empty ones and those that begin with # are none.

    `model` and `top` are for tasks that do not say their own. Raises SluiceError at a line that is no task.
    """
    defaults: dict[str, object] = {name: value for name, value in (("model", model), ("top", top)) if value is not None}
    for number, line in enumerate(lines, 1):
        text = _text(line, number).strip()
        if text and not text.startswith("#"):
            task = Task(number, _with(defaults, text) if defaults else text)
            _check(task)
            yield task


def _text(line: bytes | str, number: int) -> str:
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8") if isinstance(line, bytes) else line
    except UnicodeDecodeError:
        raise SluiceError(f"Line {number} is not UTF-8 text: a line holds an address or a task as JSON.") from None


def _with(defaults: dict[str, object], text: str) -> str:
    try:
        said = messages.parse_body(text)
    except ValueError:
        return text  # which the check refuses
    return json.dumps(said | {name: value for name, value in defaults.items() if name not in said}, ensure_ascii=False)


def _check(task: Task) -> None:
    if len(task.body) > MAX_BYTES or len(task.body.encode(errors="replace")) > MAX_BYTES:
        raise SluiceError(
            f"Line {task.line} is no task: it has more than {MAX_BYTES:,} bytes, which is all that SQS takes."
        )
    if found := _REFUSED.search(task.body):
        raise SluiceError(f"Line {task.line} is no task: it holds U+{ord(found[0]):04X}, which SQS does not take.")
    read = messages.parse_task(task.body, "0")
    if isinstance(read, messages.Rejection):
        raise SluiceError(f"Line {task.line} is no task: {read.message}")
