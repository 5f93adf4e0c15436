"""What ends a command about a job names the job and how to go on: no command lists jobs, and a second one is paid."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from sluice import aws_errors
from sluice.errors import SluiceError
from sluice.jobs.client import FinalError


@contextmanager
def naming(job: str, onwards: str) -> Iterator[None]:
    """Whatever fails in here is told with the sentence `onwards`, and with the job's id for programs; so is Ctrl-C."""
    try:
        yield
    except FinalError:
        raise
    except SluiceError as told:
        raise SluiceError(f"{told} {onwards}", told.exit_code, **{**told.facts, "id": job}) from told
    except (BotoCoreError, ClientError) as error:
        raise SluiceError(f"{aws_errors.sentence(error)} {onwards}", id=job) from error
    except OSError as error:
        raise SluiceError(f"{error.strerror or error}. {onwards}", id=job) from error
    except KeyboardInterrupt:
        raise SluiceError(f"Interrupted. {onwards}", 130, id=job) from None
