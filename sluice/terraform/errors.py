"""What Terraform complains about while it reads the state or prepares to, as a sentence with the cure.

Of a plan or an apply it would hide too much: the same words then come from anywhere in AWS, among others that matter.
"""

import re

MISSING = (
    "There is no `terraform` on the PATH: install 1.10 or newer, as "
    "https://developer.hashicorp.com/terraform/install says."
)

# The first that is found in Terraform's words speaks; {env} is the environment, {words} Terraform's own first line.
# The registry comes before AWS: it can be forbidden and out of reach, too.
_CURES = (
    (
        r"Failed to query available provider packages|Failed to install provider|could not connect to registry",
        "Terraform's AWS provider is not on this machine and could not be fetched: name a folder that has it in "
        "TF_PLUGIN_MIRROR, or see to it that its registry can be reached.",
    ),
    (
        r"NoSuchBucket|S3 bucket \S+ does not exist|specified bucket does not exist",
        "The bucket that is to keep the state of {env} (terraform/environments/{env}.s3.tfbackend) does not exist: "
        "run `make bootstrap ENV={env}` and `make apply ENV={env}` first.",
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
        "(docs/state.md). {words}",
    ),
    (
        r"connection refused|no such host|dial tcp|i/o timeout|TLS handshake",
        "AWS cannot be reached from here: check the network, and AWS_ENDPOINT_URL if it is set. {words}",
    ),
    (
        r"SlowDown|Throttl|TooManyRequests",
        "AWS is throttling requests for the state of {env}: try again in a minute.",
    ),
)


def sentence(complaint: str, environment: str) -> str:
    """The sentence for what Terraform said; its own words when none is known."""
    said = words(complaint)
    for pattern, cure in _CURES:
        if re.search(pattern, said):
            return cure.format(env=environment, words=said[:300]).strip()
    return said


def words(complaint: str) -> str:
    """What Terraform said on one line, without the frame and the colours around it."""
    return " ".join(re.sub(r"\x1b\[[0-9;]*m|[│╷╵]", " ", complaint).split())
