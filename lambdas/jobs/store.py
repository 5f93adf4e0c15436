"""The bucket with all of a job that may be large; states carry only its addresses."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from random import SystemRandom
from time import sleep
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from inference.errors import TransientError
from inference.fetch import s3

REQUEST = "request.json"
ITEMS = "items.jsonl"
RESULTS = "results.jsonl"
SUMMARY = "summary.json"
PIECES = "results"

_BLOCK = 256 * 1024
_UNDECIDED_TRIES = 5
_UNDECIDED_SECONDS = 0.3


class StoreUnavailableError(TransientError):
    """The jobs bucket was away or overloaded: the same call may succeed later."""

    code = "store_unavailable"


class Missing(LookupError):  # noqa: N818
    """There is no such object of the job, or it has expired."""


class Store:
    """The folder of each job, `<address>/<job>/`, and the objects in it by name.

    Whatever asks S3 may raise StoreUnavailableError.
    """

    def __init__(self, address: str) -> None:
        """`address` is s3://bucket/folder."""
        self.bucket, self._folder = s3.parse_url(address)
        self._client = s3.client()

    def key(self, job: str, name: str = "") -> str:
        return f"{self._folder}/{job}/{name}"

    def address(self, job: str, name: str = "") -> str:
        """s3://bucket/key of an object, or of the job's folder."""
        return f"s3://{self.bucket}/{self.key(job, name)}"

    def get(self, job: str, name: str, at: tuple[int, int] | None = None) -> bytes:
        """The object, or `at` = (offset, length) of it. Raises Missing."""
        return b"".join(self.blocks(job, name, at))

    def blocks(self, job: str, name: str, at: tuple[int, int] | None = None) -> Iterator[bytes]:
        """The object block by block. Raises Missing."""
        part = {} if at is None else {"Range": f"bytes={at[0]}-{at[0] + at[1] - 1}"}
        with self._reading(job, name):
            reply = self._client.get_object(**self._object(job, name), **part)
            with closing(reply["Body"]) as body:
                while block := body.read(_BLOCK):
                    yield block

    def age(self, job: str, name: str) -> float:
        """Seconds since the object was written. Raises Missing."""
        with self._reading(job, name):
            reply = self._client.head_object(**self._object(job, name))
        written: datetime = reply["LastModified"]
        return (datetime.now(UTC) - written).total_seconds()

    def put(self, job: str, name: str, content: bytes) -> str:
        """Write the object, over one that is there; its address."""
        with _speaking():
            self._client.put_object(**self._object(job, name), Body=content, ContentType=_type(name))
        return self.address(job, name)

    def put_once(self, job: str, name: str, content: bytes) -> bool:
        """Write the object unless one is there; whether it was written. Of many at once one alone is written."""
        for _ in range(_UNDECIDED_TRIES):
            try:
                with _speaking():
                    self._client.put_object(
                        **self._object(job, name), Body=content, ContentType=_type(name), IfNoneMatch="*"
                    )
                return True
            except ClientError as error:
                if _status(error) == 412:
                    return False
                if _status(error) != 409:
                    raise
                # S3 has not decided between two writes of the same moment.
                sleep(SystemRandom().uniform(0, _UNDECIDED_SECONDS))
        raise StoreUnavailableError("The jobs bucket could not decide between several writers of one object.")

    def _object(self, job: str, name: str) -> dict[str, Any]:
        return {"Bucket": self.bucket, "Key": self.key(job, name)}

    @contextmanager
    def _reading(self, job: str, name: str) -> Iterator[None]:
        try:
            with _speaking():
                yield
        except ClientError as error:
            # Whoever may not list the bucket is told 403 of an object that is not there.
            if _status(error) in (403, 404):
                raise Missing(f"There is no {self.address(job, name)}, or it may not be read.") from None
            raise


@contextmanager
def _speaking() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response["Error"].get("Code", "")
        if s3.is_transient(error):
            raise StoreUnavailableError(f"The jobs bucket could not serve at the moment ({code}).") from None
        raise
    except (BotoCoreError, OSError) as error:
        raise StoreUnavailableError(
            f"The jobs bucket could not serve at the moment ({type(error).__name__})."
        ) from None


def _status(error: ClientError) -> int:
    return int(error.response["ResponseMetadata"].get("HTTPStatusCode", 0))


def _type(name: str) -> str:
    return "application/json" if name.endswith(".json") else "application/jsonl"
