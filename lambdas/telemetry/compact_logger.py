"""The log of functions that write a line an image: nothing in it that every line would say again."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

# The log group names the function, its alarm and its report line tell the rest: 200 of 600 bytes a line.
_REPEATED = {"location", "cold_start", "function_name", "function_memory_size", "function_arn"}


class Lean(LambdaPowertoolsFormatter):
    """Powertools' formatter, less what it is told of the function with every call, and less what is None."""

    def append_keys(self, **additional_keys: Any) -> None:
        super().append_keys(**{key: value for key, value in additional_keys.items() if key not in _REPEATED})


def compact_logger() -> Logger:
    """A logger of which each line is paid for an image."""
    logger = Logger(logger_formatter=Lean())
    logger.remove_keys(["location"])
    return logger
