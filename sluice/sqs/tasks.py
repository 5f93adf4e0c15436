"""Parse tasks from lines of text, each an image address or a JSON object, and refuse invalid ones by line number."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inference import messages
from pipeline.sqs_limits import MAX_BYTES
from sluice.errors import SluiceError

# The characters that SQS accepts:
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
_NOT_ALLOWED = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class NumberedTask:
    """A task as the body of a message, with the number of its line in the input, counted from 1."""

    line: int
    body: str


def parse_tasks(
    lines: Iterable[bytes | str], model: str | None = None, top: int | None = None
) -> Iterator[NumberedTask]:
    """Parse the tasks of lines, skipping empty lines and comments, which begin with #.

    Args:
        lines: Lines of text; bytes are decoded as UTF-8, and a byte order mark is removed.
        model: The model for tasks that do not name one; None to leave it to the worker.
        top: The number of labels for tasks that do not set it; None to leave it to the worker.

    Yields:
        The tasks, one by one as the lines are read.

    Raises:
        SluiceError: At the first line that is not a valid task.
    """
    defaults: dict[str, object] = {name: value for name, value in (("model", model), ("top", top)) if value is not None}
    for number, line in enumerate(lines, 1):
        text = _decode(line, number).strip()
        if text and not text.startswith("#"):
            task = NumberedTask(number, _add_defaults(text, defaults) if defaults else text)
            _validate(task)
            yield task


def _decode(line: bytes | str, number: int) -> str:
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8") if isinstance(line, bytes) else line
    except UnicodeDecodeError:
        raise SluiceError(f"Line {number} is not UTF-8 text: use an address or a task as JSON.") from None


def _add_defaults(text: str, defaults: dict[str, object]) -> str:
    try:
        fields = messages.parse_body(text)
    except ValueError:
        return text  # _validate refuses it
    return json.dumps(
        fields | {name: value for name, value in defaults.items() if name not in fields}, ensure_ascii=False
    )


def _validate(task: NumberedTask) -> None:
    if len(task.body) > MAX_BYTES or len(task.body.encode(errors="replace")) > MAX_BYTES:
        raise SluiceError(
            f"Line {task.line} is not a valid task: it has more than {MAX_BYTES:,} bytes, the limit of SQS."
        )
    if match := _NOT_ALLOWED.search(task.body):
        raise SluiceError(
            f"Line {task.line} is not a valid task: it has the character U+{ord(match[0]):04X}, which SQS does not "
            "accept."
        )
    result = messages.parse_task(task.body, "0")
    if isinstance(result, messages.Rejection):
        raise SluiceError(f"Line {task.line} is not a valid task: {result.message}")
