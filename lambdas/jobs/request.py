"""What a job is asked for, read and refused entry by entry."""

import json
from dataclasses import dataclass
from typing import Any

from inference.messages import DEFAULT_TOP, MAX_TOP
from inference.models import names as model_names
from jobs import names
from jobs.refusal import Refusal

MAX_URLS = 1000

_FIELDS = {"urls", "source", "top", "model", "name"}
_KINDS = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "an object"}


@dataclass(frozen=True, slots=True)
class Request:
    """Either `urls`, the addresses of 1 to 1,000 images, or `source`, the address of a list of any length in S3.

    `top` says how many labels each image is to get, `model` of which deployed model (None: the default one). An address
    that cannot be fetched, or a model that is not there, is no fault of the request: it becomes a rejected item.
    """

    top: int = DEFAULT_TOP
    urls: tuple[str, ...] = ()
    source: str | None = None
    model: str | None = None

    @property
    def asked(self) -> dict[str, Any]:
        """The fields of a task that are the same for each image."""
        return {"top": self.top} | ({} if self.model is None else {"model": self.model})

    def to_json(self) -> bytes:
        """Canonical, so that equal requests are equal bytes."""
        what: dict[str, Any] = {"urls": self.urls} if self.source is None else {"source": self.source}
        return json.dumps({**self.asked, **what}, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, stored: bytes) -> "Request":
        """What `to_json` wrote."""
        fields = json.loads(stored)
        return cls(fields["top"], tuple(fields.get("urls", ())), fields.get("source"), fields.get("model"))


def read(given: object) -> tuple[str | None, Request]:
    """The job's name, None without one, and the request. Raises Refusal (400)."""
    fields = {"urls": given} if isinstance(given, list) else given
    if not isinstance(fields, dict):
        raise Refusal(
            400, f'The body is {_kind(given)}; send a list of addresses, {{"urls": [...]}} or {{"source": "s3://..."}}.'
        )
    unknown = sorted(fields.keys() - _FIELDS)
    if unknown:
        known = '"urls", "source", "top", "model" and "name"'
        raise Refusal(400, f"The field {json.dumps(unknown[0][:40])} is unknown; only {known} are read.")
    if ("urls" in fields) == ("source" in fields):
        raise Refusal(400, 'Send either "urls", a list of addresses, or "source", the address of a list in S3.')
    name = names.check(fields["name"]) if "name" in fields else None
    top, model = _top(fields.get("top", DEFAULT_TOP)), _model(fields)
    if "urls" in fields:
        return name, Request(top, urls=_urls(fields["urls"]), model=model)
    source = fields["source"]
    if not isinstance(source, str):
        raise Refusal(400, f'"source" is {_kind(source)}; it must be an address of the form "s3://bucket/key".')
    return name, Request(top, source=source.strip(), model=model)


def _top(top: Any) -> int:
    if isinstance(top, bool) or not isinstance(top, int) or not 1 <= top <= MAX_TOP:
        raise Refusal(400, f'"top" must be a whole number from 1 to {MAX_TOP}: how many labels each image gets.')
    return top


def _model(fields: dict[str, Any]) -> str | None:
    model: str | None = fields.get("model")
    if "model" in fields and not model_names.is_valid(model):
        raise Refusal(
            400, f'"model" must be the name of a deployed model, {model_names.RULE}; leave it out for the default one.'
        )
    return model


def _urls(urls: Any) -> tuple[str, ...]:
    if not isinstance(urls, list):
        raise Refusal(400, f'"urls" is {_kind(urls)}; it must be a list of addresses.')
    if not urls:
        raise Refusal(400, f"The list is empty; send 1 to {MAX_URLS:,} addresses.")
    if len(urls) > MAX_URLS:
        raise Refusal(
            400,
            f"The list has {len(urls):,} entries; at most {MAX_URLS:,} are taken, so urls[{MAX_URLS}] is one too "
            'many. Send several lists, or put the list into S3 and send {"source": "s3://bucket/key"}.',
        )
    for index, url in enumerate(urls):
        if not isinstance(url, str):
            raise Refusal(400, f"urls[{index}] is {_kind(url)}; every entry must be an address as a string.")
    return tuple(urls)


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "null")
