"""The account of a run: every input against what came out of the queues for it."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sluice.demo.inputs import Input

_NO_ANSWER: dict[str, Any] = {"labels": [], "rejection": {"code": "no answer", "message": "Nothing came out."}}


class Ledger:
    """What was sent, what the predictions and the dead letter queue gave, and the seconds that it took."""

    def __init__(self, sent: Sequence[Input]) -> None:
        self.sent = sent
        self.dead: list[str] = []
        self.seconds = 0.0
        self._records: dict[str, dict[str, Any]] = {}
        self._times: Counter[str] = Counter()

    def book(self, bodies: Iterable[str]) -> None:
        """Enter bodies taken from the predictions queue; of one input's records the first one stands."""
        for record in map(json.loads, bodies):
            self._records.setdefault(record["id"], record)
            self._times[record["id"]] += 1

    @property
    def settled(self) -> int:
        """How many inputs have an end."""
        return len(self._records) + len(self.dead)

    @property
    def digits(self) -> list[Input]:
        """The inputs that show a digit."""
        return [sent for sent in self.sent if sent.digit]

    @property
    def bad(self) -> list[Input]:
        """The inputs that must be refused."""
        return [sent for sent in self.sent if not sent.digit]

    def labels(self, sent: Input) -> list[dict[str, Any]]:
        """What was read in an image, the likeliest first; nothing without a prediction."""
        labels: list[dict[str, Any]] = self._records.get(sent.id, _NO_ANSWER).get("labels", [])
        return labels

    def refusal(self, sent: Input) -> dict[str, str]:
        """Why an input was refused: code and message."""
        refusal: dict[str, str] = self._records.get(sent.id, _NO_ANSWER).get(
            "rejection", {"code": "predicted", "message": "It was classified, though it should not have been."}
        )
        return refusal

    def right(self, sent: Input) -> bool:
        """Whether a digit was read as what it is."""
        labels = self.labels(sent)
        return bool(labels and sent.digit and labels[0]["label"] == sent.digit.label)

    def image_seconds(self) -> list[float]:
        """The seconds that each predicted image took in the worker."""
        return [record["seconds"] for record in self._records.values() if "labels" in record]

    def summary(self, direct_accuracy: float) -> dict[str, int | float]:
        """The account in figures, as summary.json has them."""
        known = {sent.id for sent in self.sent}
        return {
            "sent": len(self.sent),
            "predicted": sum("labels" in record for record in self._records.values()),
            "rejected": sum("rejection" in record for record in self._records.values()),
            "dead": len(self.dead),
            "lost": len(known - self._records.keys()) - len(self.dead),
            "duplicated": self._times.total() - len(self._times),
            "accuracy": round(sum(map(self.right, self.digits)) / len(self.digits), 6),
            "direct_accuracy": round(direct_accuracy, 6),
            "seconds": round(self.seconds, 2),
        }
