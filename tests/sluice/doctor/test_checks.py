"""Every check is made, whatever the one before it met, and each says what to do."""

import subprocess
import sys

from botocore.exceptions import ClientError, NoCredentialsError

from sluice.doctor.checks import CHECKS, run_checks
from sluice.doctor.context import CheckResults, Context, SkippedError, Status, fail, ok
from tests.support.terraform_root import PROJECT


def raises(error: Exception) -> CheckResults:
    yield ok("so far")
    raise error


def test_one_that_breaks_hides_no_other() -> None:
    checks = {
        "aws": lambda _: raises(NoCredentialsError()),
        "bug": lambda _: raises(KeyError("lunch")),
        "closed": lambda _: raises(ClientError({"Error": {"Code": "AuthorizationError"}}, "GetTopicAttributes")),
        "elsewhere": lambda _: raises(SkippedError("nothing is applied")),
        "last": lambda _: iter([fail("It is broken.", "mend it.")]),
    }
    found = [(finding.check, finding.result.status) for finding in run_checks(Context("local"), checks)]
    fails, warns, fine = Status.FAIL, Status.WARN, Status.OK
    assert found == [
        ("aws", fine), ("aws", fails), ("bug", fine), ("bug", fails), ("closed", fine), ("closed", warns),
        ("elsewhere", fine), ("elsewhere", warns), ("last", fails),
    ]  # fmt: skip


def test_without_a_cloud_all_checks_are_made_and_no_aws_is_asked() -> None:
    """As a newcomer's first command: no cloud, no credentials, nothing in the environment but a PATH."""
    script = (
        "from pathlib import Path; from localcloud import settings; settings.DEFAULT_DIRECTORY = Path('/nowhere');"
        "from sluice.__main__ import main; main()"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, "doctor", "--json"],
        cwd=PROJECT,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONPATH": f"{PROJECT}:{PROJECT / 'lambdas'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1, told.stderr
    assert not told.stderr
    for name in CHECKS:
        assert f'"check":"{name}"' in told.stdout
    assert '"check":"local cloud","status":"fail","message":"No local cloud is running."' in told.stdout
    assert '"check":"credentials","status":"warn","message":"skipped: no local cloud is running' in told.stdout
