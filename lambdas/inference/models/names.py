"""The one rule for the name of a model: in manifests, tasks, requests, commands and the variable MODELS.

Everything in Python that reads or checks such a name uses this file. Terraform's variable `models` and the JSON Schemas
in docs repeat the pattern.
"""

import re

PATTERN = "[a-z][a-z0-9-]{0,30}"
RULE = "1 to 31 lower-case letters, digits and hyphens, beginning with a letter"

_NAME = re.compile(PATTERN)


def is_valid(name: object) -> bool:
    """Return whether `name` is a string that a model may have as its name."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None
