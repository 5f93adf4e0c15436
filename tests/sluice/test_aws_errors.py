"""Each error of boto3 has a message with the fix."""

import pytest
from botocore import exceptions as aws

from sluice import aws_errors


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("ExpiredToken", "have expired: log in again"),
        ("InvalidClientTokenId", "AWS does not know these credentials"),
        (
            "AccessDenied",
            "may not call SendMessage: the reason. Ask for the policy sluice-<env>-operate, or, to publish",
        ),
        ("AWS.SimpleQueueService.NonExistentQueue", "no longer exists (SendMessage): run `make apply`"),
        ("ThrottlingException", "AWS throttles SendMessage, also after several retries: try again in a minute."),
        ("Odd", "AWS refused SendMessage: the reason. (Odd)"),
    ],
)
def test_describe_error_of_a_refused_call(code: str, message: str) -> None:
    error = aws.ClientError({"Error": {"Code": code, "Message": "the reason."}}, "SendMessage")
    assert message in aws_errors.describe_error(error)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (aws.NoCredentialsError(), "There are no AWS credentials: log in"),
        (aws.ProfileNotFound(profile="team"), "profile (team) could not be found"),
        (aws.SSOTokenLoadError(error_msg="no token"), "have expired"),
        (aws.NoRegionError(), "set AWS_DEFAULT_REGION"),
        (aws.EndpointConnectionError(endpoint_url="https://x"), "AWS cannot be reached"),
    ],
)
def test_describe_error_before_a_call(error: aws.BotoCoreError, message: str) -> None:
    assert message in aws_errors.describe_error(error)
