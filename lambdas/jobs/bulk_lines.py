"""Lines of a list in S3 as tasks."""

from collections.abc import Mapping, Sequence
from typing import Any

from inference.messages import Rejection, Task, parse_task_fields
from jobs import names
from jobs.refusal import Refusal
from jobs.request import Request

_FIELDS = ("url", "id", "top", "model")

# What spreadsheets put before the first column's name.
_MARK = "\ufeff"


def numbered(items: Sequence[Any]) -> list[tuple[int, Any]]:
    """(index in the list, line) of each item of a batch. Raises Refusal when the map did not number them."""
    try:
        return [(int(item["index"]), item["line"]) for item in items]
    except (TypeError, KeyError, ValueError):
        raise Refusal(
            400,
            'Each item of a batch must be {"index", "line"}; give the map the ItemSelector '
            '{"index.$": "$$.Map.Item.Index", "line.$": "$$.Map.Item.Value"}.',
        ) from None


def read(line: object, job: str, index: int, request: Request) -> Task | Rejection:
    """The task of a line: an address, or an object or row with a url; what cannot be read becomes a rejection.

    The request's top and model are for lines without their own. Other fields than these four are left unread.
    """
    fields = {"url": line} if isinstance(line, str) else line
    if isinstance(fields, Mapping):
        fields = request.asked | _known(fields)
    return parse_task_fields(fields, names.item(job, index))


def _known(line: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something, by their plain names; a row of CSV holds nothing but text."""
    named = {name.removeprefix(_MARK).strip(): value for name, value in line.items()}
    fields = {name: named[name] for name in _FIELDS if named.get(name) not in (None, "")}
    top = fields.get("top")
    if isinstance(top, str) and top.strip().isdecimal() and len(top) < 10:
        fields["top"] = int(top)
    return fields
