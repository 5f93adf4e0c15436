"""Every check is made, whatever the one before it met, and each says what to do."""

import subprocess
import sys

from botocore.exceptions import ClientError, NoCredentialsError

from sluice.doctor.examine import CHECKS, examine
from sluice.doctor.outcome import Outcomes, Status, fail, ok
from sluice.doctor.patient import NotLookedAt, Patient
from tests.support.terraform_root import PROJECT


def raises(error: Exception) -> Outcomes:
    yield ok("so far")
    raise error


def test_one_that_breaks_hides_no_other() -> None:
    checks = {
        "aws": lambda _: raises(NoCredentialsError()),
        "bug": lambda _: raises(KeyError("lunch")),
        "closed": lambda _: raises(ClientError({"Error": {"Code": "AuthorizationError"}}, "GetTopicAttributes")),
        "elsewhere": lambda _: raises(NotLookedAt("nothing is applied")),
        "last": lambda _: iter([fail("It is broken.", "mend it.")]),
    }
    found = [(finding.check, finding.outcome.status) for finding in examine(Patient("local"), checks)]
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
    assert '"check":"local cloud","status":"fail","said":"No local cloud runs."' in told.stdout
    assert '"check":"credentials","status":"warn","said":"not looked at: no local cloud runs' in told.stdout
