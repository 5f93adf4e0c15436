"""The models that a function serves side by side; one of them is for tasks that name none."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from inference.deadline import Deadline
from inference.errors import Code, InputError, ModelError
from inference.models import names
from inference.models.model import Model
from inference.models.served import Served
from inference.models.shadow import Shadow

MOST = 10

# How long a start waits for a shadow. Lambda gives a start ten seconds, more where it is done ahead of the first call.
SHADOW_SECONDS = 3.0
SHADOW_SECONDS_AHEAD = 60.0

_EXAMPLE = '{"digits": {"address": "s3://bucket/digits/<SHA-256>", "default": true}}'


class ModelRegistry:
    """ModelRegistry by name. A name that is None means the default one."""

    def __init__(self, served: Sequence[Served], default: str, shadow_seconds: float = SHADOW_SECONDS) -> None:
        self._served = {one.name: one for one in served}
        self._default = default
        self._shadow_seconds = shadow_seconds

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "ModelRegistry":
        """Read MODELS. Raises ValueError with a sentence when it cannot be understood."""
        entries, default = _read(environment.get("MODELS", ""))
        served = [Served(name, entry["address"], entry.get("shadow")) for name, entry in entries.items()]
        ahead = environment.get("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand") != "on-demand"
        return cls(served, default, SHADOW_SECONDS_AHEAD if ahead else SHADOW_SECONDS)

    def __len__(self) -> int:
        return len(self._served)

    @property
    def default(self) -> str:
        """The name of the model for tasks that name none."""
        return self._default

    def named(self, name: str | None = None, call: Deadline | None = None) -> Model:
        """The model, loaded by its first use. Raises InputError (unknown_model), and ModelError when it is sick.

        With `call`, the deadline of a call for many images, a model is tried once in it; raises OutOfTimeError, too.
        """
        return self._find(name).model(call)

    def shadow(self, name: str | None = None) -> Shadow | None:
        """The shadow of a model that is there."""
        return self._find(name).shadow

    def check(self) -> None:
        """Raises ModelError when there is but one model and it is sick: then no image need be looked at."""
        if len(self) == 1:
            self.named()

    def try_early(self) -> list[str]:
        """Load the default model while the process starts, then its shadow; the sentences of what did not load.

        A failed load is retried by the first call. Models without a task cost neither time nor memory.
        """
        try:
            self.named()
        except ModelError as fault:
            return [str(fault)]
        shadow = self.shadow()
        problem = shadow.try_early(self._shadow_seconds) if shadow else None
        return [problem] if problem else []

    def _find(self, name: str | None) -> Served:
        try:
            return self._served[name or self._default]
        except KeyError:
            known = ", ".join(sorted(self._served))
            raise InputError(
                Code.UNKNOWN_MODEL,
                f"No model {name} is deployed; name one of those that are: {known}; or none, for {self._default}.",
            ) from None


def _read(setting: str) -> tuple[Mapping[str, Mapping[str, Any]], str]:
    """The entries of MODELS by name, each checked, and the default's name."""
    try:
        entries = json.loads(setting)
    except ValueError:
        entries = None
    if not isinstance(entries, dict) or not 1 <= len(entries) <= MOST:
        raise ValueError(f"MODELS must be a JSON object of 1 to {MOST} models, such as {_EXAMPLE}.")
    for name, entry in entries.items():
        if not names.valid(name):
            raise ValueError(f"MODELS has a model {name!r}; its key must be {names.RULE}.")
        if not isinstance(entry, dict) or not isinstance(entry.get("address"), str):
            raise ValueError(f"MODELS must give the model {name} an address, as in {_EXAMPLE}.")
        if not isinstance(entry.get("shadow", ""), str | None):
            raise ValueError(f"The shadow of the model {name} in MODELS must be a bundle's address, or left out.")
    marked = [name for name, entry in entries.items() if entry.get("default") is True]
    if len(marked) != 1:
        raise ValueError(
            f'MODELS must mark exactly one model with "default": true; marked are: {", ".join(marked) or "none"}.'
        )
    return entries, marked[0]
