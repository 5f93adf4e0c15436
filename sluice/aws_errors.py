"""Messages for the errors that boto3 raises, each with the fix."""

from botocore import exceptions as aws

_LOG_IN = "log in (aws sso login), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
_LOG_IN_AGAIN = "log in again (aws sso login, or new keys in the environment)."

_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
_INVALID = {"InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch"}
_DENIED = {
    "403",
    "AccessDenied",
    "AccessDeniedError",
    "AccessDeniedException",
    "AuthorizationError",
    "Forbidden",
    "UnauthorizedOperation",
}
_MISSING = {
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
    "NoSuchBucket",
    "ResourceNotFound",
    "ResourceNotFoundException",
    "StateMachineDoesNotExist",
}
THROTTLING_CODES = {
    "KmsThrottled",
    "OverLimit",
    "RequestLimitExceeded",
    "RequestThrottled",
    "ServiceUnavailable",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
}


def describe_error(error: aws.BotoCoreError | aws.ClientError) -> str:
    """Return a message that says what failed and how to fix it."""
    if isinstance(error, aws.ClientError):
        return _describe_refusal(error)
    if isinstance(error, aws.NoCredentialsError):
        return f"There are no AWS credentials: {_LOG_IN}"
    if isinstance(error, (aws.PartialCredentialsError, aws.CredentialRetrievalError, aws.ProfileNotFound)):
        return f"The AWS credentials cannot be used ({error}): {_LOG_IN}"
    if isinstance(error, (aws.SSOError, aws.SSOTokenLoadError, aws.TokenRetrievalError)):
        return f"The AWS credentials have expired ({error}): {_LOG_IN_AGAIN}"
    if isinstance(error, aws.NoRegionError):
        return "No AWS region is set: set AWS_DEFAULT_REGION, for example AWS_DEFAULT_REGION=eu-west-1."
    if isinstance(error, (aws.HTTPClientError, aws.ConnectionError)):
        return f"AWS cannot be reached: check the network, and AWS_ENDPOINT_URL if it is set. ({error})"
    return str(error)


def is_access_denied(error: aws.BotoCoreError | aws.ClientError) -> bool:
    """Return whether IAM denied the call."""
    return isinstance(error, aws.ClientError) and error.response["Error"].get("Code") in _DENIED


def _describe_refusal(error: aws.ClientError) -> str:
    code, reason = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
    operation = error.operation_name
    if code in _EXPIRED:
        return f"The AWS credentials have expired: {_LOG_IN_AGAIN}"
    if code in _INVALID:
        return f"AWS does not know these credentials ({reason}): check AWS_PROFILE and the keys in the environment."
    if code in _DENIED:
        return (
            f"These AWS credentials may not call {operation}: {reason} Ask for the policy sluice-<env>-operate, or, to "
            "publish a model, for sluice-<env>-apply (docs/state.md)."
        )
    if code in _MISSING:
        return (
            f"{reason} A resource in Terraform's outputs no longer exists ({operation}): run `make apply` for this "
            "environment again."
        )
    if code in THROTTLING_CODES:
        return f"AWS throttles {operation}, also after several retries: try again in a minute."
    return f"AWS refused {operation}: {reason} ({code})"
