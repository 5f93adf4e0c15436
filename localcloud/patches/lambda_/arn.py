"""Parts of a function's ARN."""

UNQUALIFIED_PARTS = 7  # arn:aws:lambda:<region>:<account>:function:<name>


def split_qualifier(arn: str) -> tuple[str, str | None]:
    """Return the ARN of the function without qualifier, and the version or alias that `arn` names, if any."""
    parts = arn.split(":")
    qualifier = parts[UNQUALIFIED_PARTS] if len(parts) > UNQUALIFIED_PARTS else None
    return ":".join(parts[:UNQUALIFIED_PARTS]), qualifier
