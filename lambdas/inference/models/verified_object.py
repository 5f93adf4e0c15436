"""Objects in S3 whose size and SHA-256 are known: returned only if both match."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import Executor, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass
from threading import Event

from botocore.exceptions import BotoCoreError, ClientError

from inference.errors import ModelError
from inference.fetch import s3
from inference.models.memory_file import MemoryFile

REMEDY = "Upload the right bundle again (make publish), or deploy a version that exists (make apply MODEL=...)."

RANGE_BYTES = 8 * 1024 * 1024
_BLOCK = 256 * 1024


@dataclass(frozen=True, slots=True)
class VerifiedObject:
    """An object in S3 together with its expected content.

    Attributes:
        address: s3://bucket/key.
        size: Bytes.
        sha256: SHA-256 (hex).
    """

    address: str
    size: int
    sha256: str

    def read(self) -> bytes:
        """Return the object's bytes, read in one request. Here `size` is an upper limit.

        Raises:
            ModelError: The object cannot be read, is larger than `size`, or has another SHA-256.
        """
        with self._translate_errors():
            reply = s3.client().get_object(**self._location())
            with closing(reply["Body"]) as body:
                content: bytes = body.read(self.size + 1)
        suffix = f" in its first {self.size + 1:,} bytes" if len(content) > self.size else ""
        self._check_digest(hashlib.sha256(content).hexdigest(), suffix)
        return content

    def download(self, pool: Executor) -> MemoryFile:
        """Read ranges of the object in parallel into memory.

        Args:
            pool: Runs one task for each range.

        Returns:
            The object, which the caller closes.

        Raises:
            ModelError: The object cannot be read, has another size or SHA-256, or there is no memory for it.
        """
        try:
            file = MemoryFile(self.address.rpartition("/")[2], self.size)
        except (OSError, ValueError) as error:
            raise ModelError(
                f"There is no memory for the model file {self.address} of {self.size:,} bytes ({error}): "
                "give the function more memory."
            ) from None
        cancelled = Event()
        ranges = [(start, min(start + RANGE_BYTES, self.size)) for start in range(0, self.size, RANGE_BYTES)]
        downloads = [pool.submit(self._download_range, file, start, end, cancelled) for start, end in ranges]
        try:
            digest = hashlib.sha256()
            with file.map() as content, memoryview(content) as view:
                for (start, end), download in zip(ranges, downloads, strict=True):
                    download.result()
                    digest.update(view[start:end])
            self._check_digest(digest.hexdigest())
        except BaseException:
            cancelled.set()
            for download in downloads:
                download.cancel()
            wait(downloads)  # otherwise one could write into the next file that gets this descriptor
            file.close()
            raise
        return file

    def _download_range(self, file: MemoryFile, start: int, end: int, cancelled: Event) -> None:
        with self._translate_errors():
            reply = s3.client().get_object(**self._location(), Range=f"bytes={start}-{end - 1}")
            with closing(reply["Body"]) as body:
                total = reply.get("ContentRange", "").rpartition("/")[2]
                if total != str(self.size):
                    raise self._mismatch(f"{self.size:,} bytes", f"{total or reply['ContentLength']} bytes")
                while start < end and not cancelled.is_set():
                    block = body.read(min(_BLOCK, end - start))
                    if not block:
                        raise EOFError
                    file.write(block, start)
                    start += len(block)

    def _location(self) -> dict[str, str]:
        bucket, _, key = self.address.removeprefix("s3://").partition("/")
        return {"Bucket": bucket, "Key": key}

    def _check_digest(self, digest: str, suffix: str = "") -> None:
        if digest != self.sha256:
            raise self._mismatch(f"SHA-256 {self.sha256}", f"{digest}{suffix}")

    def _mismatch(self, expected: str, actual: str) -> ModelError:
        return ModelError(
            f"The model file {self.address} does not match its pinned hash or size: expected {expected}, "
            f"found {actual}. {REMEDY}"
        )

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except (ClientError, BotoCoreError, OSError, EOFError) as error:
            reason = error.response["Error"].get("Code") if isinstance(error, ClientError) else type(error).__name__
            raise ModelError(
                f"The model file {self.address} cannot be read ({reason}); expected SHA-256 {self.sha256}. {REMEDY}"
            ) from None
