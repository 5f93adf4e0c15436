"""Errors of Terraform 1.11, and the sentence that a person reads instead."""

import pytest

from sluice.terraform import errors

NO_PLUGIN = """╷
│ Error: Failed to query available provider packages
│
│ Could not retrieve the list of available versions for provider
│ hashicorp/aws: could not connect to registry.example"""


@pytest.mark.parametrize(
    ("stderr", "expected"),
    [
        (
            'Error: Failed to get existing workspaces: S3 bucket "sluice-dev-state" does not exist.',
            "make bootstrap ENV=dev",
        ),
        ("api error ExpiredToken: The security token included in the request is expired", "have expired: log in again"),
        ("Error: No valid credential sources found", "There are no AWS credentials"),
        ("api error AccessDenied: Access Denied", "may not read the state of dev"),
        ('Post "https://sts/": dial tcp: lookup sts: no such host', "AWS cannot be reached from here"),
        ("api error SlowDown: Please reduce your request rate.", "throttling requests for the state of dev"),
        (f"{NO_PLUGIN}: 403 Forbidden", "could not be downloaded"),
        (f"{NO_PLUGIN}: dial tcp: i/o timeout", "could not be downloaded"),
        ("\x1b[31m│\x1b[0m \x1b[0mThe specified bucket\n\x1b[31m│\x1b[0m \x1b[0mdoes not exist", "make bootstrap"),
        (NO_PLUGIN, "set TF_PLUGIN_MIRROR to a folder that holds it"),
    ],
)
def test_describe_error_returns_one_line_with_the_fix(stderr: str, expected: str) -> None:
    description = errors.describe_error(stderr, "dev")
    assert expected in description
    assert "\n" not in description


def test_describe_error_of_an_unknown_error_returns_its_text() -> None:
    assert errors.describe_error("╷\n│ Error: odd\n│\n│ thing\n╵", "dev") == "Error: odd thing"
