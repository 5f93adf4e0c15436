"""Every check is run, also after one that raises an error."""

import subprocess
import sys

from botocore.exceptions import ClientError, NoCredentialsError

from sluice.doctor.checks import CHECKS, run_checks
from sluice.doctor.context import CheckResults, Context, SkippedError, Status, fail, ok
from tests.support.terraform_root import PROJECT


def yield_and_raise(error: Exception) -> CheckResults:
    yield ok("so far")
    raise error


def test_run_checks_continues_after_errors() -> None:
    checks = {
        "aws": lambda _: yield_and_raise(NoCredentialsError()),
        "bug": lambda _: yield_and_raise(KeyError("lunch")),
        "closed": lambda _: yield_and_raise(
            ClientError({"Error": {"Code": "AuthorizationError"}}, "GetTopicAttributes")
        ),
        "skipped": lambda _: yield_and_raise(SkippedError("nothing is applied")),
        "last": lambda _: iter([fail("It is broken.", "fix it.")]),
    }
    results = [(finding.check, finding.result.status) for finding in run_checks(Context("local"), checks)]
    fails, warns, fine = Status.FAIL, Status.WARN, Status.OK
    assert results == [
        ("aws", fine), ("aws", fails), ("bug", fine), ("bug", fails), ("closed", fine), ("closed", warns),
        ("skipped", fine), ("skipped", warns), ("last", fails),
    ]  # fmt: skip


def test_doctor_without_local_cloud_calls_no_aws() -> None:
    """There is no local cloud, there are no credentials, and PATH is the only variable."""
    script = (
        "from pathlib import Path; from localcloud import settings; settings.DEFAULT_DIRECTORY = Path('/nowhere');"
        "from sluice.__main__ import main; main()"
    )
    process = subprocess.run(
        [sys.executable, "-c", script, "doctor", "--json"],
        cwd=PROJECT,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONPATH": f"{PROJECT}:{PROJECT / 'lambdas'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 1, process.stderr
    assert not process.stderr
    for name in CHECKS:
        assert f'"check":"{name}"' in process.stdout
    assert '"check":"local cloud","status":"fail","message":"No local cloud is running."' in process.stdout
    assert '"check":"credentials","status":"warn","message":"skipped: no local cloud is running' in process.stdout
