"""An environment to look at, on the local cloud, as if Terraform had told of it."""

from collections.abc import Callable, Iterable

import pytest

from localcloud import LocalCloud
from sluice.doctor.outcome import Outcome, Status
from sluice.doctor.patient import Patient
from sluice.environment import Environment

Look = Callable[[Callable[[Patient], Iterable[Outcome]]], Outcome]


@pytest.fixture
def patient(cloud: LocalCloud) -> Patient:  # noqa: ARG001 - what boto3 speaks to
    """Opened, with no outputs yet: tests put theirs into `outputs`."""
    patient = Patient("local")
    patient.__dict__ |= {"problem": None, "outputs": {}, "_deployed": Environment("local")}
    return patient


@pytest.fixture
def look(patient: Patient) -> Look:
    """The one outcome of a check; it has a cure unless it is fine."""

    def one(check: Callable[[Patient], Iterable[Outcome]]) -> Outcome:
        (outcome,) = check(patient)
        assert bool(outcome.cure) == (outcome.status is not Status.OK)
        return outcome

    return one
