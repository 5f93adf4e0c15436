"""Where a list of any length lies: an object of JSON lines or CSV in a bucket that the deployment allows."""

from collections.abc import Mapping
from dataclasses import dataclass

from inference.errors import InputError
from inference.fetch import s3
from jobs.refusal import Refusal

ENDINGS = (".jsonl", ".csv")


@dataclass(frozen=True, slots=True)
class Source:
    """Bucket and key of a list; the key's ending says how it is to be read."""

    bucket: str
    key: str


def read(address: str, buckets: Mapping[str, str]) -> Source:
    """The source at `s3://bucket/key`; `buckets` are those it may lie in. Raises Refusal (400)."""
    try:
        bucket, key = s3.parse_url(address)
    except InputError:
        raise Refusal(400, '"source" must be of the form s3://bucket/key, with a key of at most 1,024 bytes.') from None
    if bucket not in buckets:
        raise Refusal(
            400, f"The bucket {bucket} is not on the list of buckets to read from; ask the operator to add it."
        )
    if not key.endswith(ENDINGS):
        raise Refusal(
            400, f'The key of "source" must end in {" or ".join(ENDINGS)}, which says how its lines are read.'
        )
    return Source(bucket, key)
