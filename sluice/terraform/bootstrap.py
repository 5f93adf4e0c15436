"""Makes the bucket for states, its rules and the operators' policies, and puts its own state there, too.

Every step finds out what is there, so a run that was interrupted anywhere is finished by the next one, on any machine.
"""

from collections.abc import Iterator
from typing import Any

import boto3
from botocore.exceptions import ClientError

from sluice.errors import SluiceError
from sluice.terraform import backend, bucket, policies
from sluice.terraform.bootstrap_root import Workshop
from sluice.terraform.state_location import Place


def bootstrap(environment: str) -> Place:
    """See to it that the place of an environment's state is there; SluiceError when it cannot be had."""
    place = Place.of(environment)
    backend.enter_region(place.region)
    session = boto3.Session(region_name=place.region)
    identity, s3 = session.client("sts").get_caller_identity(), session.client("s3")
    file = f"terraform/environments/{environment}.s3.tfbackend"
    made = bucket.exists(s3, place.bucket, account=identity["Account"], file=file)
    moved = made and bucket.holds(s3, place.bucket, bucket.BOOTSTRAP_KEY)

    found = dict(_policies(session.client("iam"), place, identity))
    if made:
        found["module.states.aws_s3_bucket.this"] = place.bucket
    workshop = Workshop(place, environment)
    workshop.prepare(found, in_bucket=moved)
    workshop.apply()
    if not moved and not bucket.put_first(s3, place.bucket, bucket.BOOTSTRAP_KEY, workshop.state.read_bytes()):
        raise SluiceError(
            f"Somebody else has just done the same: run `make bootstrap ENV={environment}` again, to see it whole."
        )
    workshop.clear()
    return place


def _policies(iam: Any, place: Place, identity: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The ARNs, by Terraform's address, of those policies that there are."""
    arn = identity["Arn"].split(":")
    for environment in place.keys:
        for kind in policies.KINDS:
            policy = f"{arn[0]}:{arn[1]}:iam::{identity['Account']}:policy/{policies.name(environment, kind)}"
            try:
                iam.get_policy(PolicyArn=policy)
            except ClientError as error:
                if error.response["Error"]["Code"] != "NoSuchEntity":
                    raise
            else:
                yield f'aws_iam_policy.operator["{environment}-{kind}"]', policy
