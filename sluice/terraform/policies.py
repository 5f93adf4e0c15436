"""The IAM policies of an environment's operators, rendered from the files that terraform/bootstrap uses."""

import json
from string import Template
from typing import Any

from sluice.project import terraform_root
from sluice.terraform.state_location import StateLocation

KINDS = ("plan", "operate", "apply")


def policy_name(environment: str, kind: str) -> str:
    """Return a policy's name. `kind` is plan (read), operate (use it with `sluice`) or apply (change)."""
    return f"sluice-{environment}-{kind}"


def render_policy(
    location: StateLocation, environment: str, kind: str, *, account: str, partition: str
) -> dict[str, Any]:
    """Return a policy's document.

    Args:
        location: Location of the environment's state.
        environment: Name of the environment.
        kind: One of KINDS.
        account: Number of the AWS account.
        partition: AWS partition, for example "aws".
    """
    file = terraform_root() / "bootstrap" / "policies" / f"{kind}.json"
    text = Template(file.read_text()).substitute(
        partition=partition,
        account=account,
        region=location.region,
        environment=environment,
        bucket=location.bucket,
        key=location.keys[environment],
    )
    document: dict[str, Any] = json.loads(text)
    return document
