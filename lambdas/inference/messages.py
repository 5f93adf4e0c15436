"""The messages on the queues: tasks in, predictions and rejections out. docs/messages.md specifies them."""

import json
import re
from dataclasses import dataclass
from typing import Any

from inference.errors import Code
from inference.fetch.addresses import MAX_ADDRESS_CHARACTERS
from inference.models import names

DEFAULT_TOP = 5
MAX_TOP = 100

# An id becomes SQS's MessageGroupId and MessageDeduplicationId, which allow these characters and this length.
_ID = re.compile(r"[!-~]{1,128}")
_FIELDS = {"url", "id", "top", "model"}


@dataclass(frozen=True, slots=True)
class Task:
    """One image to classify.

    Attributes:
        id: Identifies the result.
        url: The address of the image: http://, https:// or s3://.
        top: How many labels to return.
        model: The name of a deployed model, None for the default one.
    """

    id: str
    url: str
    top: int = DEFAULT_TOP
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """One of the model's labels and its score, a probability between 0 and 1."""

    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """The labels of one image.

    Attributes:
        id: The id of the task.
        url: The address of the image.
        labels: The best labels, best first.
        model_name: The name of the model.
        model_sha256: The SHA-256 (hex) of the model's manifest.
        seconds: The time that the stages took.
    """

    id: str
    url: str
    labels: tuple[Label, ...]
    model_name: str
    model_sha256: str
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return the prediction as docs/messages.md specifies it."""
        return {
            "id": self.id,
            "url": self.url,
            "labels": [{"label": entry.label, "score": entry.score} for entry in self.labels],
            "model": {"name": self.model_name, "sha256": self.model_sha256},
            "seconds": self.seconds,
        }


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why an input will never get a prediction.

    Attributes:
        id: The id of the task, or of its message if the task has no valid one.
        url: The address of the image, None if the task has no valid one.
        code: The reason.
        message: A sentence for the sender.
        seconds: The time that the stages took.
    """

    id: str
    url: str | None
    code: Code
    message: str
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return the rejection as docs/messages.md specifies it."""
        return {
            "id": self.id,
            "url": self.url,
            "rejection": {"code": str(self.code), "message": self.message},
            "seconds": self.seconds,
        }


def to_json(result: Prediction | Rejection) -> str:
    """Return the result as one line of ASCII JSON, which every queue accepts."""
    return json.dumps(result.as_dict(), separators=(",", ":"))


def parse_task(body: object, message_id: str) -> Task | Rejection:
    """Parse the body of a message: a bare address, or a JSON object as text.

    Args:
        body: The body.
        message_id: The id of a task that has no valid one.

    Returns:
        The task, or a rejection (bad_task) that names the problem.
    """
    if not isinstance(body, str):
        return Rejection(message_id, None, Code.BAD_TASK, "The task is not text; send an address or a JSON object.")
    try:
        fields = parse_body(body)
    except ValueError:
        return Rejection(
            message_id, None, Code.BAD_TASK, 'The task begins like JSON but is not valid; send {"url": "https://..."}.'
        )
    if fields == {"url": ""}:
        return Rejection(message_id, None, Code.BAD_TASK, "The task is empty; send an address or a JSON object.")
    return parse_task_fields(fields, message_id)


def parse_body(body: str) -> dict[str, Any]:
    """Return the unchecked fields of a message's body. A bare address becomes the field "url".

    Raises:
        ValueError: The body begins with { but is not valid JSON.
    """
    text = body.strip()
    if not text.startswith("{"):
        return {"url": text.strip("\"'").strip()}
    try:
        fields: dict[str, Any] = json.loads(text)
    except RecursionError:
        raise ValueError("too many levels") from None
    return fields


def parse_task_fields(fields: object, message_id: str) -> Task | Rejection:
    """Check the fields of a task. Arguments and result are those of `parse_task`."""
    if not isinstance(fields, dict):
        return Rejection(message_id, None, Code.BAD_TASK, 'The task is not a JSON object; send {"url": "https://..."}.')
    url, id_, top = fields.get("url"), fields.get("id", message_id), fields.get("top", DEFAULT_TOP)
    url = url.strip() if isinstance(url, str) and _may_be_address(url.strip()) else None
    id_ = id_ if isinstance(id_, str) and _ID.fullmatch(id_) else None
    if url is None:
        problem = f'"url" must be an address of 1 to {MAX_ADDRESS_CHARACTERS:,} characters without lone surrogates'
    elif id_ is None:
        problem = '"id" must be 1 to 128 printable ASCII characters without spaces'
    elif isinstance(top, bool) or not isinstance(top, int) or not 1 <= top <= MAX_TOP:
        problem = f'"top" must be a whole number from 1 to {MAX_TOP}'
    elif "model" in fields and not names.is_valid(fields["model"]):
        problem = f'"model" must be the name of a deployed model, {names.RULE}'
    elif not fields.keys() <= _FIELDS:
        unknown = sorted(fields.keys() - _FIELDS)[0]
        problem = f'the field {json.dumps(unknown[:40])} is unknown; allowed are "url", "id", "top" and "model"'
    else:
        return Task(id_, url, top, fields.get("model"))
    return Rejection(id_ or message_id, url, Code.BAD_TASK, f"In the task, {problem}.")


def _may_be_address(url: str) -> bool:
    # JSON can escape lone surrogates, which UTF-8, and so a result, cannot represent.
    try:
        url.encode()
    except UnicodeEncodeError:
        return False
    return 0 < len(url) <= MAX_ADDRESS_CHARACTERS
