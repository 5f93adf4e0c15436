"""What boto3 throws, as a sentence with the cure."""

from botocore import exceptions as aws

_LOGIN = "log in (aws sso login), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
_AGAIN = "log in again (aws sso login, or new keys in the environment)."

_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
_UNKNOWN = {"InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch"}
_DENIED = {
    "403",
    "AccessDenied",
    "AccessDeniedError",
    "AccessDeniedException",
    "AuthorizationError",
    "Forbidden",
    "UnauthorizedOperation",
}
_GONE = {
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
    "NoSuchBucket",
    "ResourceNotFound",
    "ResourceNotFoundException",
    "StateMachineDoesNotExist",
}
THROTTLED = {
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


def sentence(error: aws.BotoCoreError | aws.ClientError) -> str:
    """What went wrong and what to do."""
    if isinstance(error, aws.ClientError):
        return _refused(error)
    if isinstance(error, aws.NoCredentialsError):
        return f"There are no AWS credentials: {_LOGIN}"
    if isinstance(error, (aws.PartialCredentialsError, aws.CredentialRetrievalError, aws.ProfileNotFound)):
        return f"The AWS credentials cannot be used ({error}): {_LOGIN}"
    if isinstance(error, (aws.SSOError, aws.SSOTokenLoadError, aws.TokenRetrievalError)):
        return f"The AWS credentials have expired ({error}): {_AGAIN}"
    if isinstance(error, aws.NoRegionError):
        return "No AWS region is chosen: set AWS_DEFAULT_REGION, such as AWS_DEFAULT_REGION=eu-west-1."
    if isinstance(error, (aws.HTTPClientError, aws.ConnectionError)):
        return f"AWS cannot be reached: check the network, and AWS_ENDPOINT_URL if it is set. ({error})"
    return str(error)


def denied(error: aws.BotoCoreError | aws.ClientError) -> bool:
    """Whether IAM refused it."""
    return isinstance(error, aws.ClientError) and error.response["Error"].get("Code") in _DENIED


def _refused(error: aws.ClientError) -> str:
    code, said = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
    doing = error.operation_name
    if code in _EXPIRED:
        return f"The AWS credentials have expired: {_AGAIN}"
    if code in _UNKNOWN:
        return f"AWS does not know these credentials ({said}): check AWS_PROFILE and the keys in the environment."
    if code in _DENIED:
        return (
            f"These AWS credentials may not do {doing}: {said} Ask for the policy sluice-<env>-operate, or to publish "
            "a model for sluice-<env>-apply (docs/state.md)."
        )
    if code in _GONE:
        return f"{said} What Terraform told is no longer there ({doing}): run `make apply` for this environment again."
    if code in THROTTLED:
        return f"AWS is throttling {doing}, also after several tries: try again in a minute."
    return f"AWS refused {doing}: {said} ({code})"
