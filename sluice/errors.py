"""The error that a command prints instead of a traceback, and the conversion of other errors to it."""

from botocore.exceptions import BotoCoreError, ClientError

from build.bundle import BundleError
from localcloud import CloudError
from sluice import aws_errors


class SluiceError(Exception):
    """An operation failed. The message says what failed, with the value and the limit, and how to fix it.

    Attributes:
        exit_code: The exit code of the command.
        details: Fields that stand beside the message in JSON output, for programs.
    """

    def __init__(self, message: str, exit_code: int = 1, **details: object) -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.details = details


def convert_error(error: BaseException) -> SluiceError | None:
    """Return a failure that a user can act on as a SluiceError.

    Args:
        error: Any exception that ended a command.

    Returns:
        The error itself if it is a SluiceError; a new one for errors of boto3, of files, of model bundles and of the
        local cloud; None for any other exception, which is a bug in Sluice.
    """
    if isinstance(error, SluiceError):
        return error
    if isinstance(error, (BotoCoreError, ClientError)):
        return SluiceError(aws_errors.describe_error(error))
    if isinstance(error, OSError):
        return SluiceError(f"{error.filename}: {error.strerror}." if error.filename else str(error))
    if isinstance(error, (BundleError, CloudError)):
        return SluiceError(str(error))
    return None
