"""The request of a job: its images and what each result should contain."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inference.errors import InputError
from inference.fetch import s3
from inference.messages import DEFAULT_TOP, MAX_TOP
from inference.models import names as model_names
from jobs.errors import RequestError
from jobs.names import check_job_name

MAX_URLS = 1000
SOURCE_SUFFIXES = (".jsonl", ".csv")

_FIELDS = {"urls", "source", "top", "model", "name"}
_TYPES = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "an object"}


@dataclass(frozen=True, slots=True)
class JobRequest:
    """The request of a job, with either `urls` or `source`.

    An address that cannot be fetched, or a model that is not deployed, does not make the request invalid: the item
    becomes a rejection.

    Attributes:
        top: Number of labels per image.
        urls: Addresses of 1 to 1,000 images.
        source: Address of a list of any length in S3.
        model: Name of a deployed model; None for the default one.
    """

    top: int = DEFAULT_TOP
    urls: tuple[str, ...] = ()
    source: str | None = None
    model: str | None = None

    @property
    def task_fields(self) -> dict[str, Any]:
        """The fields of a task that are the same for every image."""
        return {"top": self.top} | ({} if self.model is None else {"model": self.model})

    def to_json(self) -> bytes:
        """Return canonical JSON: equal requests are equal bytes."""
        images: dict[str, Any] = {"urls": self.urls} if self.source is None else {"source": self.source}
        return json.dumps({**self.task_fields, **images}, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, content: bytes) -> "JobRequest":
        """Return the request that `to_json` wrote."""
        fields = json.loads(content)
        return cls(fields["top"], tuple(fields.get("urls", ())), fields.get("source"), fields.get("model"))


@dataclass(frozen=True, slots=True)
class ListSource:
    """The location of a list in S3. The suffix of the key is the format of the list."""

    bucket: str
    key: str


def parse_request(body: object) -> tuple[str | None, JobRequest]:
    """Parse the body of POST /jobs.

    Args:
        body: The JSON value: a list of addresses, or an object with the fields of docs/jobs.md.

    Returns:
        The job's name (None if the body has none) and the request.

    Raises:
        RequestError: The body is not a valid request (400).
    """
    fields = {"urls": body} if isinstance(body, list) else body
    if not isinstance(fields, dict):
        raise RequestError(
            400,
            f'The body is {_describe_type(body)}: send a list of addresses, {{"urls": [...]}} or '
            '{"source": "s3://..."}.',
        )
    unknown = sorted(fields.keys() - _FIELDS)
    if unknown:
        known = '"urls", "source", "top", "model" and "name"'
        raise RequestError(400, f"The field {json.dumps(unknown[0][:40])} is unknown: use only {known}.")
    if ("urls" in fields) == ("source" in fields):
        raise RequestError(400, 'Send either "urls", a list of addresses, or "source", the address of a list in S3.')
    name = check_job_name(fields["name"]) if "name" in fields else None
    top, model = _check_top(fields.get("top", DEFAULT_TOP)), _check_model(fields)
    if "urls" in fields:
        return name, JobRequest(top, urls=_check_urls(fields["urls"]), model=model)
    source = fields["source"]
    if not isinstance(source, str):
        raise RequestError(
            400, f'"source" is {_describe_type(source)}: it must be an address of the form "s3://bucket/key".'
        )
    return name, JobRequest(top, source=source.strip(), model=model)


def parse_source(address: str, buckets: Mapping[str, str]) -> ListSource:
    """Parse the address of a list in S3.

    Args:
        address: s3://bucket/key.
        buckets: The buckets that lists may be read from.

    Raises:
        RequestError: The address is invalid, its bucket is not allowed or its suffix is unknown (400).
    """
    try:
        bucket, key = s3.parse_url(address)
    except InputError:
        raise RequestError(
            400, '"source" must be of the form s3://bucket/key, with a key of at most 1,024 bytes.'
        ) from None
    if bucket not in buckets:
        raise RequestError(
            400, f"The bucket {bucket} is not on the list of buckets to read from: ask the operator to add it."
        )
    if not key.endswith(SOURCE_SUFFIXES):
        raise RequestError(
            400, f'The key of "source" must end in {" or ".join(SOURCE_SUFFIXES)}, which says how its lines are read.'
        )
    return ListSource(bucket, key)


def _check_top(top: Any) -> int:
    if isinstance(top, bool) or not isinstance(top, int) or not 1 <= top <= MAX_TOP:
        raise RequestError(400, f'"top", the number of labels per image, must be a whole number from 1 to {MAX_TOP}.')
    return top


def _check_model(fields: dict[str, Any]) -> str | None:
    model: str | None = fields.get("model")
    if "model" in fields and not model_names.is_valid(model):
        raise RequestError(
            400, f'"model" must be the name of a deployed model, {model_names.RULE}; leave it out for the default one.'
        )
    return model


def _check_urls(urls: Any) -> tuple[str, ...]:
    if not isinstance(urls, list):
        raise RequestError(400, f'"urls" is {_describe_type(urls)}: it must be a list of addresses.')
    if not urls:
        raise RequestError(400, f"The list is empty: send 1 to {MAX_URLS:,} addresses.")
    if len(urls) > MAX_URLS:
        raise RequestError(
            400,
            f"The list has {len(urls):,} entries; the limit is {MAX_URLS:,}, so urls[{MAX_URLS}] and all that follow "
            'are too many. Send several lists, or put the list into S3 and send {"source": "s3://bucket/key"}.',
        )
    for index, url in enumerate(urls):
        if not isinstance(url, str):
            raise RequestError(
                400, f"urls[{index}] is {_describe_type(url)}: every entry must be an address as a string."
            )
    return tuple(urls)


def _describe_type(value: object) -> str:
    return _TYPES.get(type(value), "null")
