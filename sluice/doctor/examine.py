"""All checks, one after the other: whatever happens to one, the next is made."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from sluice import aws_errors
from sluice.doctor import account, artifacts, running, state, tools
from sluice.doctor.outcome import Outcome, Outcomes, fail, warn
from sluice.doctor.patient import NotLookedAt, Patient

CHECKS: Mapping[str, Callable[[Patient], Outcomes]] = {
    "python": tools.python,
    "terraform": tools.terraform,
    "provider": tools.provider,
    "disk": tools.disk,
    "build": artifacts.fresh,
    "sizes": artifacts.sizes,
    "local cloud": running.local_cloud,
    "credentials": account.credentials,
    "region": account.region,
    "state bucket": state.bucket,
    "state lock": state.lock,
    "applied": state.applied,
    "deployed code": artifacts.deployed,
    "trigger": running.trigger,
    "alarms": running.subscriptions,
    "quota": account.quota,
}


@dataclass(frozen=True)
class Finding:
    """A check by its name, and one thing that it found."""

    check: str
    outcome: Outcome


def examine(patient: Patient, checks: Mapping[str, Callable[[Patient], Outcomes]] = CHECKS) -> Iterator[Finding]:
    """Every finding of every check, as it comes."""
    for name, check in checks.items():
        try:
            for outcome in check(patient):
                yield Finding(name, outcome)
        except NotLookedAt as reason:
            yield Finding(name, warn(f"not looked at: {reason}.", ""))
        except (BotoCoreError, ClientError) as error:
            yield Finding(name, _refused(error))
        except Exception as error:
            yield Finding(name, fail(f"the check itself failed, {type(error).__name__}: {error}", "look by hand."))


def _refused(error: BotoCoreError | ClientError) -> Outcome:
    """What the credentials may not see says nothing about how it is."""
    said = aws_errors.sentence(error)
    return warn(f"not looked at: {said}", "") if aws_errors.denied(error) else fail(said, "mend that, and look again.")
