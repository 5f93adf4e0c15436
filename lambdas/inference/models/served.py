"""One of the models that a function serves: loaded by its first use, and sick for no longer than it is."""

from threading import Lock
from time import monotonic

from inference.deadline import Deadline
from inference.errors import ModelError, OutOfTimeError
from inference.models.model import Model, ModelStore
from inference.models.shadow import Shadow


class Served:
    """A model under the name by which it is deployed, and its shadow, if it has one."""

    def __init__(self, name: str, address: str, shadow: str | None = None) -> None:
        """`address` and `shadow` are those of bundles: s3://bucket/name/sha256."""
        self.name = name
        self.shadow = Shadow(name, shadow) if shadow else None
        self._store = ModelStore(address)
        self._lock = Lock()
        self._fault = ""
        self._failed_at = -1.0

    def model(self, call: Deadline | None = None) -> Model:
        """The model, loaded unless it was.

        `call` is the deadline of a call that asks for many images: it is not waited beyond (OutOfTimeError), and a load
        that failed since it began is not tried again for each of them. Raises ModelError.
        """
        if not self._lock.acquire(timeout=-1 if call is None else max(call.left(), 0)):
            raise OutOfTimeError(f"The function's time ended while the model {self.name} was loaded.")
        try:
            if call is not None and self._failed_at >= call.began:
                raise ModelError(self._fault)
            return self._load()
        finally:
            self._lock.release()

    def _load(self) -> Model:
        try:
            return self._store.model()
        except ModelError as fault:
            self._fault, self._failed_at = str(fault), monotonic()
            raise
