"""The parts of a function's ARN. Used by the gaps that tell versions and aliases apart."""

LENGTH = 7  # arn:aws:lambda:<region>:<account>:function:<name>, before a qualifier


def split(arn: str) -> tuple[str, str | None]:
    """The ARN of the function itself, and the version or alias that `arn` names, if it names one."""
    parts = arn.split(":")
    return ":".join(parts[:LENGTH]), parts[LENGTH] if len(parts) > LENGTH else None
