"""Objects in S3 of which size and SHA-256 are known: read whole and proven, or not at all."""

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

CURE = "Put the right bundle there again (make publish), or deploy a version that is there (make apply MODEL=...)."

RANGE_BYTES = 8 * 1024 * 1024
_BLOCK = 256 * 1024


@dataclass(frozen=True, slots=True)
class VerifiedObject:
    """An object at s3://bucket/key, of `size` bytes and SHA-256 (hex) `sha256`. Reading it may raise ModelError."""

    address: str
    size: int
    sha256: str

    def read(self) -> bytes:
        """The object's bytes, in one request; `size` is the most that they may be."""
        with self._reading():
            reply = s3.client().get_object(**self._place())
            with closing(reply["Body"]) as body:
                content: bytes = body.read(self.size + 1)
        cut = f" in its first {self.size + 1:,} bytes" if len(content) > self.size else ""
        self._prove(hashlib.sha256(content).hexdigest(), cut)
        return content

    def fetch(self, pool: Executor) -> MemoryFile:
        """The object as pages, which the caller closes; the pool's threads read ranges of it at once."""
        try:
            pages = MemoryFile(self.address.rpartition("/")[2], self.size)
        except (OSError, ValueError) as error:
            raise ModelError(
                f"There is no room for the model file {self.address} of {self.size:,} bytes ({error}): "
                "give the function more memory."
            ) from None
        given_up = Event()
        ranges = [(start, min(start + RANGE_BYTES, self.size)) for start in range(0, self.size, RANGE_BYTES)]
        parts = [pool.submit(self._fill, pages, start, end, given_up) for start, end in ranges]
        try:
            digest = hashlib.sha256()
            with pages.mapped() as content, memoryview(content) as view:
                for (start, end), part in zip(ranges, parts, strict=True):
                    part.result()
                    digest.update(view[start:end])
            self._prove(digest.hexdigest())
        except BaseException:
            given_up.set()
            for part in parts:
                part.cancel()
            wait(parts)  # or one would write into whatever file has the descriptor next
            pages.close()
            raise
        return pages

    def _fill(self, pages: MemoryFile, start: int, end: int, given_up: Event) -> None:
        with self._reading():
            reply = s3.client().get_object(**self._place(), Range=f"bytes={start}-{end - 1}")
            with closing(reply["Body"]) as body:
                whole = reply.get("ContentRange", "").rpartition("/")[2]
                if whole != str(self.size):
                    raise self._other(f"{self.size:,} bytes", f"{whole or reply['ContentLength']} bytes")
                while start < end and not given_up.is_set():
                    block = body.read(min(_BLOCK, end - start))
                    if not block:
                        raise EOFError
                    pages.write(block, start)
                    start += len(block)

    def _place(self) -> dict[str, str]:
        bucket, _, key = self.address.removeprefix("s3://").partition("/")
        return {"Bucket": bucket, "Key": key}

    def _prove(self, found: str, what: str = "") -> None:
        if found != self.sha256:
            raise self._other(f"SHA-256 {self.sha256}", f"{found}{what}")

    def _other(self, expected: str, found: str) -> ModelError:
        return ModelError(
            f"The model file {self.address} is not the one that was pinned: expected {expected}, found {found}. {CURE}"
        )

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (ClientError, BotoCoreError, OSError, EOFError) as error:
            why = error.response["Error"].get("Code") if isinstance(error, ClientError) else type(error).__name__
            raise ModelError(
                f"The model file {self.address} cannot be read ({why}); expected SHA-256 {self.sha256}. {CURE}"
            ) from None
