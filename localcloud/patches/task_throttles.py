"""A throttled function fails its task as Lambda.TooManyRequestsException; ministack says Lambda.Unknown."""

from typing import Any

from ministack.services import stepfunctions

from localcloud.patches.cloud import Cloud

THROTTLED = "TooManyRequestsException"


def apply(_: Cloud) -> None:
    call = stepfunctions._call_lambda

    def called(function: str, event: Any) -> Any:
        try:
            return call(function, event)
        except stepfunctions._ExecutionError as error:
            if error.error == "Lambda.Unknown" and f'"{THROTTLED}"' in error.cause:
                raise stepfunctions._ExecutionError(f"Lambda.{THROTTLED}", error.cause) from None
            raise

    stepfunctions._call_lambda = called
