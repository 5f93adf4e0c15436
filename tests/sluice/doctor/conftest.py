"""An environment on the local cloud, and a way to run one check on it."""

from collections.abc import Callable, Iterable

import pytest

from localcloud import LocalCloud
from sluice.doctor.context import CheckResult, Context, Status
from sluice.environment import Environment

RunCheck = Callable[[Callable[[Context], Iterable[CheckResult]]], CheckResult]


@pytest.fixture
def context(cloud: LocalCloud) -> Context:  # noqa: ARG001 - it receives boto3's calls
    """An open environment without outputs; tests set theirs in `outputs`."""
    context = Context("local")
    context.__dict__ |= {"problem": None, "outputs": {}, "_environment": Environment("local")}
    return context


@pytest.fixture
def run_check(context: Context) -> RunCheck:
    """Returns the only result of a check; asserts that it has a fix unless its status is ok."""

    def run(check: Callable[[Context], Iterable[CheckResult]]) -> CheckResult:
        (result,) = check(context)
        assert bool(result.fix) == (result.status is not Status.OK)
        return result

    return run
