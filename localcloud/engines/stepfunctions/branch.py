"""One thread of control: walks from state to state, be it the whole execution, a branch or an iteration."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from localcloud.engines.stepfunctions.attempts import Attempt, guarded
from localcloud.engines.stepfunctions.cancel_scope import CancelScope
from localcloud.engines.stepfunctions.errors import StateError
from localcloud.engines.stepfunctions.history import History
from localcloud.engines.stepfunctions.payload import to_bounded_json
from localcloud.engines.stepfunctions.platform import Platform
from localcloud.engines.stepfunctions.template import Resolver

WHERE = "An error occurred while executing the state"


@dataclass
class Branch:
    """`context` is what `$$` reads; `kinds` does a state by its Type; `last` is the id of the event added last."""

    platform: Platform
    history: History
    scope: CancelScope
    context: dict[str, Any]
    kinds: Mapping[str, Attempt]
    last: int = 1

    def run(self, machine: dict[str, Any], data: Any) -> Any:
        """The output of a machine, or of a part of one, for an input; StateError or CancelledError."""
        name: str | None = machine["StartAt"]
        while name is not None:
            self.scope.check()
            data, name = self._step(name, machine["States"][name], data)
        return data

    def fork(self, scope: CancelScope, **context: Any) -> "Branch":
        """A thread of control of its own, from here."""
        return Branch(self.platform, self.history, scope, {**self.context, **context}, self.kinds, self.last)

    def event(self, kind: str, **details: Any) -> None:
        self.last = self.history.append(kind, self.last, details)

    def resolver(self, data: Any) -> Resolver:
        return Resolver(self.platform, data, self.context)

    def _step(self, name: str, state: dict[str, Any], data: Any) -> tuple[Any, str | None]:
        kind = state["Type"]
        self.context["State"] = {"Name": name, "EnteredTime": self.platform.now(), "RetryCount": 0}
        self.event(f"{kind}StateEntered", name=name, input=to_bounded_json(data, f"input of the state '{name}'"),
                   inputDetails={"truncated": False})  # fmt: skip
        try:
            output, following = guarded(self, state, data, self.kinds[kind])
        except StateError as error:
            if not error.terminal:
                raise
            inner = error.cause.startswith(WHERE)  # a branch's state has said so already
            raise error if inner else StateError(error.error, f"{WHERE} '{name}'. {error.cause}") from None
        self.event(f"{kind}StateExited", name=name, output=to_bounded_json(output, f"output of the state '{name}'"),
                   outputDetails={"truncated": False})  # fmt: skip
        return output, following
