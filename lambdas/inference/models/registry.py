"""The models that a function serves side by side. One of them is the default, for tasks that name none."""

import json
from collections.abc import Mapping
from threading import Lock
from time import monotonic
from typing import Any

from inference.deadline import Deadline
from inference.errors import Code, InputError, ModelError, OutOfTimeError
from inference.models import names, snapstart
from inference.models.model import Model, load_model
from inference.models.shadow import Shadow

MAX_MODELS = 10

# How long a start waits for the default model's shadow. Lambda ends an initialization after ten seconds, but not one
# that it runs before the first call (provisioned concurrency, SnapStart).
SHADOW_SECONDS = 3.0
SHADOW_SECONDS_AHEAD = 60.0

_EXAMPLE = '{"digits": {"address": "s3://bucket/digits/<SHA-256>", "default": true}}'


class _Entry:
    """One deployed model. `lock` is held while it is loaded, so that it is loaded once."""

    def __init__(self, name: str, address: str, shadow: str | None) -> None:
        self.address = address
        self.shadow = Shadow(name, shadow) if shadow else None
        self.lock = Lock()
        self.model: Model | None = None
        self.failure = ""
        self.failed_at = -1.0  # on the monotonic clock


class ModelRegistry:
    """The deployed models by name, each loaded by its first use. A name of None means the default model.

    A load that fails leaves nothing behind, and a later call tries again.

    Args:
        entries: By name: the bundle's "address" and optionally the "shadow", also a bundle's address.
        default: The name of the default model.
        shadow_seconds: How long `preload` waits for the default model's shadow.
    """

    def __init__(
        self, entries: Mapping[str, Mapping[str, Any]], default: str, shadow_seconds: float = SHADOW_SECONDS
    ) -> None:
        snapstart.register()
        self._entries = {name: _Entry(name, entry["address"], entry.get("shadow")) for name, entry in entries.items()}
        self._default = default
        self._shadow_seconds = shadow_seconds

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "ModelRegistry":
        """Create the registry that the environment variable MODELS describes.

        Raises:
            ValueError: MODELS is not valid; the message says how to write it.
        """
        entries, default = _parse(environment.get("MODELS", ""))
        ahead = environment.get("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand") != "on-demand"
        return cls(entries, default, SHADOW_SECONDS_AHEAD if ahead else SHADOW_SECONDS)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def default_name(self) -> str:
        """The name of the model for tasks that name none."""
        return self._default

    @property
    def loaded_names(self) -> list[str]:
        """The names of the models that are in memory."""
        return [name for name, entry in self._entries.items() if entry.model]

    def get(self, name: str | None = None, deadline: Deadline | None = None) -> Model:
        """Return a model, loaded if it is not yet.

        Args:
            name: The name of a deployed model, None for the default one.
            deadline: The end of the call. With it, a load that failed since the call started is not tried again, so
                that it fails once in a call and not once for each image.

        Raises:
            InputError: No model of that name is deployed (unknown_model).
            ModelError: The model cannot be loaded.
            OutOfTimeError: Another thread is loading the model, and the deadline expired.
        """
        entry = self._find(name)
        if not entry.lock.acquire(timeout=-1 if deadline is None else max(deadline.seconds_left(), 0)):
            raise OutOfTimeError(f"The function's time ended while the model {name or self._default} was loaded.")
        try:
            if entry.model is None:
                if deadline is not None and entry.failed_at >= deadline.started_at:
                    raise ModelError(entry.failure)
                entry.model = _load(entry)
            return entry.model
        finally:
            entry.lock.release()

    def get_shadow(self, name: str | None = None) -> Shadow | None:
        """Return the shadow of a deployed model, None if it has none.

        Raises:
            InputError: No model of that name is deployed.
        """
        return self._find(name).shadow

    def check_single_model(self) -> None:
        """If only one model is deployed, load it, so that a call can fail before it reads any image.

        Raises:
            ModelError: The only model cannot be loaded.
        """
        if len(self) == 1:
            self.get()

    def preload(self) -> list[str]:
        """Load the default model while the process starts, then its shadow. Other models wait for their first task.

        Returns:
            A sentence for each one that could not be loaded; a later call tries it again.
        """
        try:
            self.get()
        except ModelError as error:
            return [str(error)]
        shadow = self.get_shadow()
        problem = shadow.preload(self._shadow_seconds) if shadow else None
        return [problem] if problem else []

    def _find(self, name: str | None) -> _Entry:
        try:
            return self._entries[name or self._default]
        except KeyError:
            known = ", ".join(sorted(self._entries))
            raise InputError(
                Code.UNKNOWN_MODEL,
                f"No model {name} is deployed; name one of {known}, or leave the name out for {self._default}.",
            ) from None


def _load(entry: _Entry) -> Model:
    try:
        return load_model(entry.address)
    except ModelError as error:
        entry.failure, entry.failed_at = str(error), monotonic()
        raise


def _parse(setting: str) -> tuple[Mapping[str, Mapping[str, Any]], str]:
    """Return the checked entries of MODELS by name, and the name of the default model."""
    try:
        entries = json.loads(setting)
    except ValueError:
        entries = None
    if not isinstance(entries, dict) or not 1 <= len(entries) <= MAX_MODELS:
        raise ValueError(f"MODELS must be a JSON object of 1 to {MAX_MODELS} models, for example {_EXAMPLE}.")
    for name, entry in entries.items():
        if not names.is_valid(name):
            raise ValueError(f"Invalid model name {name!r} in MODELS: use {names.RULE}.")
        if not isinstance(entry, dict) or not isinstance(entry.get("address"), str):
            raise ValueError(f"MODELS must give the model {name} an address, as in {_EXAMPLE}.")
        if not isinstance(entry.get("shadow", ""), str | None):
            raise ValueError(f"The shadow of the model {name} in MODELS must be the address of a bundle, or left out.")
    defaults = [name for name, entry in entries.items() if entry.get("default") is True]
    if len(defaults) != 1:
        raise ValueError(
            f'MODELS must mark exactly one model with "default": true; marked are: {", ".join(defaults) or "none"}.'
        )
    return entries, defaults[0]
