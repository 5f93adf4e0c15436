"""An environment to look at, on the local cloud, as if Terraform had told of it."""

from collections.abc import Callable, Iterable

import pytest

from localcloud import LocalCloud
from sluice.doctor.context import CheckResult, Context, Status
from sluice.environment import Environment

Look = Callable[[Callable[[Context], Iterable[CheckResult]]], CheckResult]


@pytest.fixture
def context(cloud: LocalCloud) -> Context:  # noqa: ARG001 - what boto3 speaks to
    """Opened, with no outputs yet: tests put theirs into `outputs`."""
    context = Context("local")
    context.__dict__ |= {"problem": None, "outputs": {}, "_environment": Environment("local")}
    return context


@pytest.fixture
def look(context: Context) -> Look:
    """The one outcome of a check; it has a cure unless it is fine."""

    def one(check: Callable[[Context], Iterable[CheckResult]]) -> CheckResult:
        (outcome,) = check(context)
        assert bool(outcome.fix) == (outcome.status is not Status.OK)
        return outcome

    return one
