"""What Terraform 1.11 was heard to say, and what a person is told instead."""

import pytest

from sluice.terraform import errors

NO_PLUGIN = """╷
│ Error: Failed to query available provider packages
│
│ Could not retrieve the list of available versions for provider
│ hashicorp/aws: could not connect to registry.example"""


@pytest.mark.parametrize(
    ("said", "told"),
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
        (f"{NO_PLUGIN}: 403 Forbidden", "could not be fetched"),
        (f"{NO_PLUGIN}: dial tcp: i/o timeout", "could not be fetched"),
        ("\x1b[31m│\x1b[0m \x1b[0mThe specified bucket\n\x1b[31m│\x1b[0m \x1b[0mdoes not exist", "make bootstrap"),
        (NO_PLUGIN, "name a folder that has it in TF_PLUGIN_MIRROR"),
    ],
)
def test_each_complaint_gets_a_sentence_with_its_cure(said: str, told: str) -> None:
    sentence = errors.sentence(said, "dev")
    assert told in sentence
    assert "\n" not in sentence


def test_an_unknown_complaint_is_told_as_it_is() -> None:
    assert errors.sentence("╷\n│ Error: odd\n│\n│ thing\n╵", "dev") == "Error: odd thing"
