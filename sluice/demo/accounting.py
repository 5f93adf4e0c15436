"""The accounting of a run: each input, and the results that came out of the queues for it."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sluice.demo.inputs import Input

_NO_RESULT: dict[str, Any] = {"labels": [], "rejection": {"code": "no result", "message": "No result was received."}}
_PREDICTED = {"code": "predicted", "message": "It was classified, but should have been rejected."}


class Accounting:
    """The sent inputs, their results, and the time that they took.

    Attributes:
        sent: All inputs.
        dead: Bodies from the dead-letter queue.
        seconds: Time from the first sent input to the last result.
    """

    def __init__(self, sent: Sequence[Input]) -> None:
        self.sent = sent
        self.dead: list[str] = []
        self.seconds = 0.0
        self._results: dict[str, dict[str, Any]] = {}
        self._counts: Counter[str] = Counter()

    def add_results(self, bodies: Iterable[str]) -> None:
        """Add bodies from the predictions queue. The first result of an input counts, others are duplicates."""
        for result in map(json.loads, bodies):
            self._results.setdefault(result["id"], result)
            self._counts[result["id"]] += 1

    @property
    def finished(self) -> int:
        """The number of inputs with a result or a dead letter."""
        return len(self._results) + len(self.dead)

    @property
    def digits(self) -> list[Input]:
        """The inputs that show a digit."""
        return [item for item in self.sent if item.digit]

    @property
    def bad(self) -> list[Input]:
        """The inputs that must be rejected."""
        return [item for item in self.sent if not item.digit]

    def labels(self, item: Input) -> list[dict[str, Any]]:
        """Return an input's labels, the most probable first; an empty list without a prediction."""
        labels: list[dict[str, Any]] = self._results.get(item.id, _NO_RESULT).get("labels", [])
        return labels

    def rejection(self, item: Input) -> dict[str, str]:
        """Return code and message of an input's rejection."""
        rejection: dict[str, str] = self._results.get(item.id, _NO_RESULT).get("rejection", _PREDICTED)
        return rejection

    def is_correct(self, item: Input) -> bool:
        """Return whether the most probable label is the digit that the input shows."""
        labels = self.labels(item)
        return bool(labels and item.digit and labels[0]["label"] == item.digit.label)

    def image_seconds(self) -> list[float]:
        """Return the worker's time for each predicted image, in seconds."""
        return [result["seconds"] for result in self._results.values() if "labels" in result]

    def summarize(self, direct_accuracy: float) -> dict[str, int | float]:
        """Return the counts, times and accuracies for summary.json.

        Args:
            direct_accuracy: Accuracy (0 to 1) of the model without Sluice.
        """
        known = {item.id for item in self.sent}
        return {
            "sent": len(self.sent),
            "predicted": sum("labels" in result for result in self._results.values()),
            "rejected": sum("rejection" in result for result in self._results.values()),
            "dead": len(self.dead),
            "lost": len(known - self._results.keys()) - len(self.dead),
            "duplicated": self._counts.total() - len(self._counts),
            "accuracy": round(sum(map(self.is_correct, self.digits)) / len(self.digits), 6),
            "direct_accuracy": round(direct_accuracy, 6),
            "seconds": round(self.seconds, 2),
        }
