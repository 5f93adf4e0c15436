"""Evaluates alarms (CloudWatch User Guide, "Alarm evaluation" and "Configuring how alarms treat missing data")."""

import operator
import time
from collections.abc import Callable
from dataclasses import dataclass

EXTRA_PERIODS = 2  # periods before the evaluation periods, whose data points replace missing ones
COMPARISONS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}
IS_MISSING_BREACHING = {"breaching": True, "notBreaching": False}


@dataclass(frozen=True)
class AlarmRule:
    """The condition of an alarm: `needed` of the last `periods` data points breach the threshold.

    Attributes:
        comparison: The ComparisonOperator.
        missing: The value of TreatMissingData.
    """

    comparison: str
    threshold: float
    periods: int
    needed: int
    missing: str

    def is_breached_by(self, value: float) -> bool:
        """Compare a value with the threshold."""
        return COMPARISONS[self.comparison][0](value, self.threshold)


@dataclass(frozen=True)
class Decision:
    """The state of an alarm and its StateReason."""

    state: str
    reason: str


Point = tuple[int, float | None]  # the start of the period in seconds since the epoch, and the value
KnownPoints = list[tuple[int, int, float]]  # the number of periods ago, the start of the period, the value


def evaluate(rule: AlarmRule, points: list[Point]) -> Decision | None:
    """Evaluate an alarm.

    Args:
        rule: The condition.
        points: The data points of the evaluation periods and EXTRA_PERIODS before them, oldest first.

    Returns:
        The new state, or None if the alarm keeps its state.
    """
    ages = range(len(points), 0, -1)
    known = [(age, at, value) for age, (at, value) in zip(ages, points, strict=True) if value is not None]
    known = known[-rule.periods :]
    missing = rule.periods - len(known)
    breaching = [age for age, _, value in known if rule.is_breached_by(value)]
    if rule.missing in IS_MISSING_BREACHING:
        filled = missing if IS_MISSING_BREACHING[rule.missing] else 0
        return _alarm(rule, known) if len(breaching) + filled >= rule.needed else _ok(rule, known)
    if len(breaching) >= rule.needed:
        return _alarm(rule, known)
    if not known:
        return None if rule.missing == "ignore" else Decision("INSUFFICIENT_DATA", _insufficient_reason(rule.periods))
    if missing and len(breaching) == len(known):
        # All known points breach: in alarm once the oldest is as old as the number of data points that are needed.
        return _alarm(rule, known) if rule.missing == "missing" and breaching[0] >= rule.needed else None
    return _ok(rule, known)


def _alarm(rule: AlarmRule, known: KnownPoints) -> Decision:
    breaching = sum(rule.is_breached_by(value) for _, _, value in known)
    needed = f"(minimum {rule.needed} datapoint{_plural(rule.needed)} for OK -> ALARM transition)"
    condition = f"{COMPARISONS[rule.comparison][1]} the threshold ({rule.threshold})"
    reason = (
        f"{breaching} out of the last {rule.periods} datapoints [{_format_points(known)}] {_was(breaching)} "
        f"{condition} {needed}"
    )
    return Decision("ALARM", f"Threshold Crossed: {reason if known else _missing_reason(rule, 'Breaching')}.")


def _ok(rule: AlarmRule, known: KnownPoints) -> Decision:
    count, condition = len(known), f"not {COMPARISONS[rule.comparison][1]} the threshold ({rule.threshold})"
    reason = f"{count} datapoint{_plural(count)} [{_format_points(known)}] {_was(count)} {condition}"
    return Decision("OK", f"Threshold Crossed: {reason if known else _missing_reason(rule, 'NonBreaching')}.")


def _missing_reason(rule: AlarmRule, treatment: str) -> str:
    periods = f"{rule.periods} period{_plural(rule.periods)}"
    missing = f"{rule.periods} missing datapoint{_plural(rule.periods)} {_was(rule.periods)}"
    return f"no datapoints were received for {periods} and {missing} treated as [{treatment}]"


def _insufficient_reason(periods: int) -> str:
    return f"Insufficient Data: {periods} datapoint{_plural(periods)} {_was(periods)} unknown."


def _format_points(known: KnownPoints) -> str:
    """Format values and times, newest first."""
    return ", ".join(f"{value} ({time.strftime('%d/%m/%y %H:%M:%S', time.gmtime(at))})" for _, at, value in known[::-1])


def _plural(count: int) -> str:
    return "" if count == 1 else "s"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
