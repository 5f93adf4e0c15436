"""How models are called where they are deployed, and so in tasks and requests."""

import re

RULE = "the name of a deployed model: 1 to 31 lower-case letters, digits and hyphens, the first of them a letter"

_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")


def valid(name: object) -> bool:
    """Whether a model may be called so; the same holds in Terraform's variable `models`."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None
