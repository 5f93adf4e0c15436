"""What ends a command about a job names the job and how to go on: no command lists jobs, and a second one is paid."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from ops import aws_failures
from ops.jobs import FinalError
from ops.told import Told


@contextmanager
def naming(job: str, onwards: str) -> Iterator[None]:
    """Whatever fails in here is told with the sentence `onwards`, and with the job's id for programs; so is Ctrl-C."""
    try:
        yield
    except FinalError:
        raise
    except Told as told:
        raise Told(f"{told} {onwards}", told.exit_code, **{**told.facts, "id": job}) from told
    except (BotoCoreError, ClientError) as error:
        raise Told(f"{aws_failures.sentence(error)} {onwards}", id=job) from error
    except OSError as error:
        raise Told(f"{error.strerror or error}. {onwards}", id=job) from error
    except KeyboardInterrupt:
        raise Told(f"Interrupted. {onwards}", 130, id=job) from None
