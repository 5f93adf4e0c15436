"""A logger for functions that write one line per image, without the fields that are the same in every line."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

# The log group already names the function, and Lambda's report line has the rest: 200 of 600 bytes a line.
_REPEATED_KEYS = {"location", "cold_start", "function_name", "function_memory_size", "function_arn"}


class CompactFormatter(LambdaPowertoolsFormatter):
    """Powertools' formatter without the keys that describe the function."""

    def append_keys(self, **additional_keys: Any) -> None:
        """Add keys to every line, except those that describe the function."""
        super().append_keys(**{key: value for key, value in additional_keys.items() if key not in _REPEATED_KEYS})


def compact_logger() -> Logger:
    """Return a logger whose lines are short, because one is billed for each image."""
    logger = Logger(logger_formatter=CompactFormatter())
    logger.remove_keys(["location"])
    return logger
