"""Errors of a job's client, which name the job and the command that continues."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from sluice.errors import SluiceError, convert_error


class JobError(SluiceError):
    """A list was not accepted, or the state of its job cannot be read."""


class PermanentJobError(JobError):
    """A retry cannot succeed: the list is invalid, or the job has failed or does not exist."""


@contextmanager
def name_job_in_errors(job: str, next_step: str) -> Iterator[None]:
    """Add a job's ID and the command that continues to any error inside the context, SIGINT included.

    Jobs cannot be listed, and submitting the list again would cost as much again, so that no error may lose the ID.

    Args:
        job: The job's ID, which becomes the field `id` of the error's details.
        next_step: A sentence with the command that continues, which is added to the message.

    Raises:
        PermanentJobError: Unchanged, since the job cannot be continued.
        SluiceError: For all other errors.
    """
    try:
        yield
    except PermanentJobError:
        raise
    except OSError as error:
        raise SluiceError(f"{error.strerror or error}. {next_step}", id=job) from error
    except (SluiceError, BotoCoreError, ClientError) as error:
        converted = convert_error(error)
        assert converted is not None
        details = {**converted.details, "id": job}
        raise SluiceError(f"{converted} {next_step}", converted.exit_code, **details) from error
    except KeyboardInterrupt:
        raise SluiceError(f"Interrupted. {next_step}", 130, id=job) from None
