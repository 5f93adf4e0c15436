"""Decides an alarm's state: "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing data"."""

import operator
import time
from collections.abc import Callable
from dataclasses import dataclass

EXTRA_PERIODS = 2  # periods looked at beyond the evaluation periods, so that real data comes before made-up data
COMPARISONS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}
FILLING = {"breaching": True, "notBreaching": False}


@dataclass(frozen=True)
class AlarmRule:
    """`needed` of `periods` data points breach the threshold; `missing` is TreatMissingData."""

    comparison: str
    threshold: float
    periods: int
    needed: int
    missing: str

    def breaches(self, value: float) -> bool:
        return COMPARISONS[self.comparison][0](value, self.threshold)


@dataclass(frozen=True)
class Decision:
    state: str
    reason: str


Point = tuple[int, float | None]  # when its period began, in seconds since the epoch, and its value
Known = list[tuple[int, int, float]]  # how many periods ago, when, what


def evaluate(rule: AlarmRule, points: list[Point]) -> Decision | None:
    """What the data points of the evaluation range say, oldest first; None to stay in the present state."""
    ages = range(len(points), 0, -1)
    known = [(age, at, value) for age, (at, value) in zip(ages, points, strict=True) if value is not None]
    known = known[-rule.periods :]
    lacking = rule.periods - len(known)
    breaching = [age for age, _, value in known if rule.breaches(value)]
    if rule.missing in FILLING:
        filled = lacking if FILLING[rule.missing] else 0
        return _alarm(rule, known) if len(breaching) + filled >= rule.needed else _peace(rule, known)
    if len(breaching) >= rule.needed:
        return _alarm(rule, known)
    if not known:
        return None if rule.missing == "ignore" else Decision("INSUFFICIENT_DATA", _unknown(rule.periods))
    if lacking and len(breaching) == len(known):
        # All that is known breaches: an alarm once the oldest is as old as the data points that are needed.
        return _alarm(rule, known) if rule.missing == "missing" and breaching[0] >= rule.needed else None
    return _peace(rule, known)


def _alarm(rule: AlarmRule, known: Known) -> Decision:
    breaching = sum(rule.breaches(value) for _, _, value in known)
    needed = f"(minimum {rule.needed} datapoint{_s(rule.needed)} for OK -> ALARM transition)"
    words = f"{COMPARISONS[rule.comparison][1]} the threshold ({rule.threshold})"
    many = (
        f"{breaching} out of the last {rule.periods} datapoints [{_listed(known)}] {_was(breaching)} {words} {needed}"
    )
    return Decision("ALARM", f"Threshold Crossed: {many if known else _treated(rule, 'Breaching')}.")


def _peace(rule: AlarmRule, known: Known) -> Decision:
    count, words = len(known), f"not {COMPARISONS[rule.comparison][1]} the threshold ({rule.threshold})"
    many = f"{count} datapoint{_s(count)} [{_listed(known)}] {_was(count)} {words}"
    return Decision("OK", f"Threshold Crossed: {many if known else _treated(rule, 'NonBreaching')}.")


def _treated(rule: AlarmRule, how: str) -> str:
    periods = f"{rule.periods} period{_s(rule.periods)}"
    missing = f"{rule.periods} missing datapoint{_s(rule.periods)} {_was(rule.periods)}"
    return f"no datapoints were received for {periods} and {missing} treated as [{how}]"


def _listed(known: Known) -> str:
    """Values and times, the newest first."""
    return ", ".join(f"{value} ({time.strftime('%d/%m/%y %H:%M:%S', time.gmtime(at))})" for _, at, value in known[::-1])


def _unknown(periods: int) -> str:
    return f"Insufficient Data: {periods} datapoint{_s(periods)} {_was(periods)} unknown."


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
