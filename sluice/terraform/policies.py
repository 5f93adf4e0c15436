"""What an environment's operators may do, as IAM policies: the very files that terraform/bootstrap makes them of."""

import json
from string import Template
from typing import Any

from sluice.terraform import outputs
from sluice.terraform.state_location import Place

KINDS = ("plan", "operate", "apply")
FOLDER = outputs.ROOT / "bootstrap" / "policies"


def name(environment: str, kind: str) -> str:
    """The policy's name; `kind` is plan, to look, operate, to use it with `sluice`, or apply, to change."""
    return f"sluice-{environment}-{kind}"


def render(place: Place, environment: str, kind: str, *, account: str, partition: str) -> dict[str, Any]:
    """The policy's document."""
    text = Template((FOLDER / f"{kind}.json").read_text()).substitute(
        partition=partition,
        account=account,
        region=place.region,
        environment=environment,
        bucket=place.bucket,
        key=place.keys[environment],
    )
    document: dict[str, Any] = json.loads(text)
    return document
