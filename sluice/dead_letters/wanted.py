"""Which dead letters are meant: by code, age, model and id."""

from collections.abc import Collection
from dataclasses import dataclass

from sluice.dead_letters.letter import Letter
from sluice.dead_letters.logs import Fate


@dataclass(frozen=True)
class Wanted:
    """Filters, each left out when None or empty; ages in seconds since the first sending."""

    code: str | None = None
    older: float | None = None
    newer: float | None = None
    model: str | None = None
    ids: Collection[str] = ()

    def admits(self, letter: Letter, now: float) -> bool:
        """Whether the message itself is wanted; `now` in seconds since 1970."""
        age = now - letter.sent
        return (
            (self.older is None or age >= self.older)
            and (self.newer is None or age <= self.newer)
            and (not self.ids or letter.id in self.ids or letter.message_id in self.ids)
        )

    def accepts(self, fate: Fate) -> bool:
        """Whether what the log told is wanted; a model is meant by its name or with the first digits of its version."""
        model = fate.model or ""
        return (self.code is None or fate.code == self.code) and (
            self.model is None
            or model == self.model
            or model.startswith(self.model if "@" in self.model else f"{self.model}@")
        )
