"""What goes over the queues: tasks in, predictions and rejections out (docs/messages.md)."""

import json
import re
from dataclasses import dataclass
from typing import Any

from inference.errors import Code
from inference.fetch.addresses import MAX_ADDRESS_CHARACTERS
from inference.models import names

DEFAULT_TOP = 5
MAX_TOP = 100

# An id becomes MessageGroupId and MessageDeduplicationId: these are SQS's characters and length for both.
_ID = re.compile(r"[!-~]{1,128}")
_FIELDS = {"url", "id", "top", "model"}


@dataclass(frozen=True, slots=True)
class Task:
    """One image to classify: its address, the id that its result carries, how many labels are wanted, and whose.

    `model` is the name of a deployed model, None for the default one.
    """

    id: str
    url: str
    top: int = DEFAULT_TOP
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """One of the model's labels with its score, a probability between 0 and 1."""

    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """The labels of one image, best first, and the model that gave them."""

    id: str
    url: str
    labels: tuple[Label, ...]
    model_name: str
    model_sha256: str
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "url": self.url,
            "labels": [{"label": entry.label, "score": entry.score} for entry in self.labels],
            "model": {"name": self.model_name, "sha256": self.model_sha256},
            "seconds": self.seconds,
        }


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why an input will never have a prediction. `url` is None when none could be read."""

    id: str
    url: str | None
    code: Code
    message: str
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "url": self.url,
            "rejection": {"code": str(self.code), "message": self.message},
            "seconds": self.seconds,
        }


def to_json(result: Prediction | Rejection) -> str:
    """The result as one line of ASCII JSON, which every queue accepts."""
    return json.dumps(result.as_dict(), separators=(",", ":"))


def read_task(body: object, message_id: str) -> Task | Rejection:
    """The task in a message's body: a bare address, or JSON as text. What cannot be read becomes a rejection.

    `message_id` serves as the id when the body has no valid one.
    """
    if not isinstance(body, str):
        return Rejection(message_id, None, Code.BAD_TASK, "The task is not text; send an address or a JSON object.")
    try:
        said = fields(body)
    except ValueError:
        return Rejection(
            message_id, None, Code.BAD_TASK, 'The task begins like JSON but is not; send {"url": "https://..."}.'
        )
    if said == {"url": ""}:
        return Rejection(message_id, None, Code.BAD_TASK, "The task is empty; send an address or a JSON object.")
    return read_fields(said, message_id)


def fields(body: str) -> dict[str, Any]:
    """What a message's body says, unchecked: a bare address is its url, all else is JSON. ValueError when it is not."""
    text = body.strip()
    if not text.startswith("{"):
        return {"url": text.strip("\"'").strip()}
    try:
        said: dict[str, Any] = json.loads(text)
    except RecursionError:
        raise ValueError("too many levels") from None
    return said


def read_fields(fields: object, message_id: str) -> Task | Rejection:
    """The task in a JSON object's fields, or a rejection that says which field is wrong."""
    if not isinstance(fields, dict):
        return Rejection(message_id, None, Code.BAD_TASK, 'The task is no JSON object; send {"url": "https://..."}.')
    url, id_, top = fields.get("url"), fields.get("id", message_id), fields.get("top", DEFAULT_TOP)
    url = url.strip() if isinstance(url, str) and _is_address(url.strip()) else None
    id_ = id_ if isinstance(id_, str) and _ID.fullmatch(id_) else None
    if url is None:
        problem = f'"url" must be an address of 1 to {MAX_ADDRESS_CHARACTERS:,} characters without lone surrogates'
    elif id_ is None:
        problem = '"id" must be 1 to 128 printable ASCII characters without spaces'
    elif isinstance(top, bool) or not isinstance(top, int) or not 1 <= top <= MAX_TOP:
        problem = f'"top" must be a whole number from 1 to {MAX_TOP}'
    elif "model" in fields and not names.valid(fields["model"]):
        problem = f'"model" must be {names.RULE}'
    elif not fields.keys() <= _FIELDS:
        unknown = sorted(fields.keys() - _FIELDS)[0]
        problem = f'the field {json.dumps(unknown[:40])} is unknown, only "url", "id", "top" and "model" are read'
    else:
        return Task(id_, url, top, fields.get("model"))
    return Rejection(id_ or message_id, url, Code.BAD_TASK, f"In the task, {problem}.")


def _is_address(url: str) -> bool:
    """Whether it can be one. JSON can escape lone surrogates, which UTF-8 cannot hold, and so no answer."""
    try:
        url.encode()
    except UnicodeEncodeError:
        return False
    return 0 < len(url) <= MAX_ADDRESS_CHARACTERS
