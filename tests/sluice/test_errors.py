"""Errors that a user can act on become a SluiceError; all others are bugs."""

import pytest
from botocore.exceptions import NoCredentialsError

from build.bundle import BundleError
from localcloud import CloudError
from sluice.errors import SluiceError, convert_error


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (NoCredentialsError(), "There are no AWS credentials"),
        (FileNotFoundError(2, "No such file or directory", "/no/such"), "/no/such: No such file or directory."),
        (OSError("the disk is full"), "the disk is full"),
        (BundleError("The bundle is damaged."), "The bundle is damaged."),
        (CloudError("Port 80 is in use."), "Port 80 is in use."),
    ],
)
def test_convert_error_returns_a_message(error: Exception, message: str) -> None:
    converted = convert_error(error)
    assert converted is not None
    assert str(converted).startswith(message)
    assert converted.exit_code == 1


def test_convert_error_keeps_a_sluice_error() -> None:
    error = SluiceError("Interrupted.", 130, sent=3)
    assert convert_error(error) is error
    assert error.details == {"sent": 3}


def test_convert_error_of_a_bug_is_none() -> None:
    assert convert_error(KeyError("x")) is None
