"""What boto3 throws, and what a person is told instead."""

import pytest
from botocore import exceptions as aws

from sluice import aws_errors


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("ExpiredToken", "have expired: log in again"),
        ("InvalidClientTokenId", "AWS does not know these credentials"),
        ("AccessDenied", "may not call SendMessage: so it is. Ask for the policy sluice-<env>-operate, or, to publish"),
        ("AWS.SimpleQueueService.NonExistentQueue", "no longer exists (SendMessage): run `make apply`"),
        ("ThrottlingException", "AWS throttles SendMessage, also after several retries: try again in a minute."),
        ("Odd", "AWS refused SendMessage: so it is. (Odd)"),
    ],
)
def test_each_refusal_gets_a_sentence(code: str, told: str) -> None:
    error = aws.ClientError({"Error": {"Code": code, "Message": "so it is."}}, "SendMessage")
    assert told in aws_errors.describe_error(error)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (aws.NoCredentialsError(), "There are no AWS credentials: log in"),
        (aws.ProfileNotFound(profile="team"), "profile (team) could not be found"),
        (aws.SSOTokenLoadError(error_msg="no token"), "have expired"),
        (aws.NoRegionError(), "set AWS_DEFAULT_REGION"),
        (aws.EndpointConnectionError(endpoint_url="https://x"), "AWS cannot be reached"),
    ],
)
def test_what_stops_a_call_gets_a_sentence(error: aws.BotoCoreError, told: str) -> None:
    assert told in aws_errors.describe_error(error)
