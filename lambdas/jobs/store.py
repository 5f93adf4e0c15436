"""The jobs bucket: requests, items and results, which are too large for the states of a state machine."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from random import SystemRandom
from time import sleep
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from inference.fetch import s3
from jobs.errors import ObjectNotFoundError, StoreUnavailableError

REQUEST = "request.json"
ITEMS = "items.jsonl"
RESULTS = "results.jsonl"
SUMMARY = "summary.json"
RESULTS_FOLDER = "results"

_BLOCK = 256 * 1024
_CONFLICT_ATTEMPTS = 5
_CONFLICT_SECONDS = 0.3


class JobStore:
    """The folders of jobs, `<address>/<job>/`, and the objects in them by name.

    Every method that sends a request to S3 raises StoreUnavailableError if S3 cannot serve it at the moment.
    """

    def __init__(self, address: str) -> None:
        """Open the store at an address of the form s3://bucket/folder."""
        self.bucket, self._folder = s3.parse_url(address)
        self._client = s3.client()

    def key(self, job: str, name: str = "") -> str:
        """Return the key of an object, or the prefix of the job's folder."""
        return f"{self._folder}/{job}/{name}"

    def address(self, job: str, name: str = "") -> str:
        """Return s3://bucket/key of an object, or of the job's folder."""
        return f"s3://{self.bucket}/{self.key(job, name)}"

    def get(self, job: str, name: str, byte_range: tuple[int, int] | None = None) -> bytes:
        """Return the content of an object.

        Args:
            job: Name of the job.
            name: Name of the object.
            byte_range: Offset and length of the part to read; None for all of it.

        Raises:
            ObjectNotFoundError: There is no such object.
        """
        return b"".join(self.iterate(job, name, byte_range))

    def iterate(self, job: str, name: str, byte_range: tuple[int, int] | None = None) -> Iterator[bytes]:
        """Yield the content of an object in blocks; arguments and errors are those of `get`."""
        part = {} if byte_range is None else {"Range": f"bytes={byte_range[0]}-{sum(byte_range) - 1}"}
        with self._not_found(job, name):
            reply = self._client.get_object(**self._object(job, name), **part)
            with closing(reply["Body"]) as body:
                while block := body.read(_BLOCK):
                    yield block

    def age_seconds(self, job: str, name: str) -> float:
        """Return the seconds since an object was written. Raises ObjectNotFoundError."""
        with self._not_found(job, name):
            reply = self._client.head_object(**self._object(job, name))
        written: datetime = reply["LastModified"]
        return (datetime.now(UTC) - written).total_seconds()

    def put(self, job: str, name: str, content: bytes) -> str:
        """Write an object, replacing an existing one, and return its address."""
        with _transient_errors():
            self._client.put_object(**self._object(job, name), Body=content, ContentType=_content_type(name))
        return self.address(job, name)

    def put_if_absent(self, job: str, name: str, content: bytes) -> bool:
        """Write an object unless it exists; of several concurrent writers exactly one succeeds.

        Returns:
            Whether the object was written.
        """
        content_type = _content_type(name)
        for _ in range(_CONFLICT_ATTEMPTS):
            try:
                with _transient_errors():
                    self._client.put_object(
                        **self._object(job, name), Body=content, ContentType=content_type, IfNoneMatch="*"
                    )
                return True
            except ClientError as error:
                if _status(error) == 412:
                    return False
                if _status(error) != 409:
                    raise
                # S3 has not decided between two concurrent writes yet.
                sleep(SystemRandom().uniform(0, _CONFLICT_SECONDS))
        raise StoreUnavailableError("The jobs bucket could not decide between concurrent writers of one object.")

    def _object(self, job: str, name: str) -> dict[str, Any]:
        return {"Bucket": self.bucket, "Key": self.key(job, name)}

    @contextmanager
    def _not_found(self, job: str, name: str) -> Iterator[None]:
        try:
            with _transient_errors():
                yield
        except ClientError as error:
            # Without permission to list the bucket, S3 replies 403 for an object that does not exist.
            if _status(error) in (403, 404):
                raise ObjectNotFoundError(f"{self.address(job, name)} does not exist or must not be read.") from None
            raise


@contextmanager
def _transient_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response["Error"].get("Code", "")
        if s3.is_transient(error):
            raise StoreUnavailableError(f"The jobs bucket is unavailable at the moment ({code}).") from None
        raise
    except (BotoCoreError, OSError) as error:
        raise StoreUnavailableError(f"The jobs bucket is unavailable at the moment ({type(error).__name__}).") from None


def _status(error: ClientError) -> int:
    return int(error.response["ResponseMetadata"].get("HTTPStatusCode", 0))


def _content_type(name: str) -> str:
    return "application/json" if name.endswith(".json") else "application/jsonl"
