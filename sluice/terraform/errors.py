"""Explain the errors of Terraform commands that only read the state or prepare to: one sentence with the fix.

The errors of a plan or an apply are shown as they are: the same words can then come from any service of AWS, and the
text around them matters.
"""

import re

MISSING_TERRAFORM = (
    "There is no `terraform` on the PATH: install 1.10 or newer (https://developer.hashicorp.com/terraform/install)."
)

# The first pattern that matches decides. {env} is the environment, {stderr} Terraform's own message.
# The provider comes before AWS: its registry can be unreachable and refuse access, too.
_EXPLANATIONS = (
    (
        r"Failed to query available provider packages|Failed to install provider|could not connect to registry",
        "Terraform's AWS provider is not on this machine and could not be downloaded: set TF_PLUGIN_MIRROR to a folder "
        "that holds it, or make its registry reachable.",
    ),
    (
        r"NoSuchBucket|S3 bucket \S+ does not exist|specified bucket does not exist",
        "The state bucket of {env} (terraform/environments/{env}.s3.tfbackend) does not exist: run "
        "`make bootstrap ENV={env}` and `make apply ENV={env}` first.",
    ),
    (
        r"ExpiredToken|token has expired|security token included in the request is expired|session has expired",
        "The AWS credentials have expired: log in again (aws sso login, or new keys in the environment).",
    ),
    (
        r"No valid credential sources|failed to refresh cached credentials|failed to get shared config profile",
        "There are no AWS credentials: log in (aws sso login), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
        "AWS_SECRET_ACCESS_KEY.",
    ),
    (
        r"InvalidAccessKeyId|InvalidClientTokenId|SignatureDoesNotMatch|StatusCode: 401",
        "AWS does not know these credentials: log in again, or check AWS_PROFILE and the keys in the environment.",
    ),
    (
        r"AccessDenied|Forbidden|StatusCode: 403",
        "These AWS credentials may not read the state of {env}: ask for the policy sluice-{env}-operate "
        "(docs/state.md). {stderr}",
    ),
    (
        r"connection refused|no such host|dial tcp|i/o timeout|TLS handshake",
        "AWS cannot be reached from here: check the network, and AWS_ENDPOINT_URL if it is set. {stderr}",
    ),
    (
        r"SlowDown|Throttl|TooManyRequests",
        "AWS is throttling requests for the state of {env}: try again in a minute.",
    ),
)
_SHOWN_CHARACTERS = 300


def describe_error(stderr: str, environment: str) -> str:
    """Return one sentence for an error that Terraform printed; its own text, on one line, when none is known.

    Args:
        stderr: Terraform's standard error.
        environment: Name of the environment that the command was for.
    """
    text = flatten(stderr)
    for pattern, explanation in _EXPLANATIONS:
        if re.search(pattern, text):
            return explanation.format(env=environment, stderr=text[:_SHOWN_CHARACTERS]).strip()
    return text


def flatten(stderr: str) -> str:
    """Return Terraform's text on one line, without the frame and the colours around it."""
    return " ".join(re.sub(r"\x1b\[[0-9;]*m|[│╷╵]", " ", stderr).split())
