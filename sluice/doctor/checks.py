"""All checks of `sluice doctor`; an error in one of them does not stop the others."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from sluice import aws_errors
from sluice.doctor import account, artifacts, services, state, tools
from sluice.doctor.context import CheckResult, CheckResults, Context, SkippedError, fail, warn

CHECKS: Mapping[str, Callable[[Context], CheckResults]] = {
    "python": tools.check_python,
    "terraform": tools.check_terraform,
    "provider": tools.check_provider,
    "disk": tools.check_disk,
    "build": artifacts.check_build,
    "sizes": artifacts.check_sizes,
    "local cloud": services.check_local_cloud,
    "credentials": account.check_credentials,
    "region": account.check_region,
    "state bucket": state.check_bucket,
    "state lock": state.check_lock,
    "applied": state.check_applied,
    "deployed code": artifacts.check_deployed_code,
    "trigger": services.check_trigger,
    "alarms": services.check_subscriptions,
    "quota": account.check_quota,
}


@dataclass(frozen=True)
class Finding:
    """A result, with the name of its check."""

    check: str
    result: CheckResult


def run_checks(context: Context, checks: Mapping[str, Callable[[Context], CheckResults]] = CHECKS) -> Iterator[Finding]:
    """Run checks, and yield their results as they come; an exception in one becomes its last result.

    Args:
        context: The environment to examine.
        checks: The checks by name.
    """
    for name, check in checks.items():
        try:
            for result in check(context):
                yield Finding(name, result)
        except SkippedError as reason:
            yield Finding(name, warn(f"skipped: {reason}.", ""))
        except (BotoCoreError, ClientError) as error:
            yield Finding(name, _aws_result(error))
        except Exception as error:
            message = f"the check itself failed with {type(error).__name__}: {error}"
            yield Finding(name, fail(message, "check the condition by hand."))


def _aws_result(error: BotoCoreError | ClientError) -> CheckResult:
    message = aws_errors.describe_error(error)
    if aws_errors.is_access_denied(error):  # a missing permission says nothing about the condition
        return warn(f"skipped: {message}", "")
    return fail(message, "fix that and run doctor again.")
