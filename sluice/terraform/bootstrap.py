"""Create the state bucket, its rules and the operators' policies, and move the state of these into the bucket.

Every step looks up what exists already, so that a run that was interrupted anywhere is completed by the next one, on
any machine.
"""

from collections.abc import Iterator
from typing import Any

import boto3
from botocore.exceptions import ClientError

from sluice.errors import SluiceError
from sluice.terraform import backend, policies, state_bucket
from sluice.terraform.bootstrap_root import BootstrapRoot
from sluice.terraform.runner import TerraformError
from sluice.terraform.state_location import StateLocation


def bootstrap(environment: str) -> StateLocation:
    """Create the state bucket of an environment and the policies of all environments that share it.

    Args:
        environment: Name of the environment.

    Returns:
        The location of the environment's state.

    Raises:
        SluiceError: The bucket belongs to another account, or Terraform failed.
    """
    location = StateLocation.from_environment(environment)
    backend.set_region(location.region)
    session = boto3.Session(region_name=location.region)
    identity, s3 = session.client("sts").get_caller_identity(), session.client("s3")
    file = f"terraform/environments/{environment}.s3.tfbackend"
    exists = state_bucket.bucket_exists(s3, location.bucket, account=identity["Account"], file=file)
    in_bucket = exists and state_bucket.object_exists(s3, location.bucket, state_bucket.BOOTSTRAP_KEY)

    existing = dict(_find_policies(session.client("iam"), location, identity))
    if exists:
        existing["module.state_bucket.aws_s3_bucket.this"] = location.bucket
    root = BootstrapRoot(location, environment)
    root.prepare(existing, in_bucket=in_bucket)
    try:
        root.apply()
    except TerraformError as error:
        raise SluiceError(
            f"{error} Fix its cause and run `make bootstrap ENV={environment}` again: it continues where it stopped."
        ) from error
    state = root.state
    if not in_bucket and not state_bucket.put_if_absent(
        s3, location.bucket, state_bucket.BOOTSTRAP_KEY, state.read_bytes()
    ):
        raise SluiceError(
            f"Another bootstrap of {location.bucket} has finished at the same time: run `make bootstrap "
            f"ENV={environment}` again to check that nothing is missing."
        )
    root.delete()
    return location


def _find_policies(iam: Any, location: StateLocation, identity: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the Terraform address and the ARN of each operators' policy that exists."""
    arn = identity["Arn"].split(":")
    for environment in location.keys:
        for kind in policies.KINDS:
            policy = f"{arn[0]}:{arn[1]}:iam::{identity['Account']}:policy/{policies.policy_name(environment, kind)}"
            try:
                iam.get_policy(PolicyArn=policy)
            except ClientError as error:
                if error.response["Error"]["Code"] != "NoSuchEntity":
                    raise
            else:
                yield f'aws_iam_policy.operator["{environment}-{kind}"]', policy
