"""Send many tasks to a queue, several batches at a time, so that sending can be resumed after it was stopped."""

import random
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import islice
from time import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sluice import aws_errors
from sluice.errors import SluiceError
from sluice.interrupts import Deferred
from sluice.sqs.line_ranges import ALL_LINES, LineRanges
from sluice.sqs.sending import send_batch, split_batches
from sluice.sqs.tasks import NumberedTask
from telemetry.trace import Trace, new_segment_id

_CONCURRENT_BATCHES = 8  # each over a connection of its own

# X-Ray's default rule: https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html
_DEFAULT_FRACTION = 0.05  # of the requests after the first of each second


class TraceSampling:
    """Decides which tasks X-Ray traces, since each trace costs money.

    Args:
        fraction: The fraction of tasks to trace, from 0 to 1; None for the first of each second and 5 % of the others.
    """

    def __init__(self, fraction: float | None = None) -> None:
        self._fraction = fraction
        self._second = 0

    def new_header(self) -> str:
        """Return an AWSTraceHeader that starts a new trace."""
        return Trace.start(new_segment_id(), sampled=self._is_sampled(int(time()))).to_header()

    def _is_sampled(self, now: int) -> bool:
        is_first, self._second = now != self._second, now
        fraction = self._fraction if self._fraction is not None else 1.0 if is_first else _DEFAULT_FRACTION
        return random.random() < fraction  # noqa: S311 - not a secret


class TaskSender:
    """Sends tasks, and knows after any failure which lines of the input are still to be sent.

    Args:
        sqs: A boto3 client of SQS.
        url: The queue's URL.
        sampling: Decides which tasks are traced.
        lines: The lines of the input that the tasks are taken from; an error names only lines of these.

    Attributes:
        sent: How many tasks SQS has accepted.
    """

    def __init__(self, sqs: Any, url: str, sampling: TraceSampling, lines: LineRanges = ALL_LINES) -> None:
        self._sqs, self._url, self._sampling, self._lines = sqs, url, sampling, lines
        self.sent = 0
        self._unsent: dict[int, str] = {}
        self._next_line = 1

    def send(self, tasks: Iterable[NumberedTask], on_sent: Callable[[int], None]) -> None:
        """Send all tasks.

        Args:
            tasks: The tasks, in the order of their lines; they are read as they are sent.
            on_sent: Called with the number of further tasks that were sent.

        Raises:
            SluiceError: If SQS refuses a task, a line is invalid or SIGINT arrives. Batches that are being sent are
                completed first; the message says with which `--lines` to continue.
        """
        batches = split_batches(tasks, lambda task: len(task.body.encode()))
        with ThreadPoolExecutor(_CONCURRENT_BATCHES) as pool:
            try:
                while concurrent := list(islice(batches, _CONCURRENT_BATCHES)):
                    before = self.sent
                    self._send_concurrently(pool, concurrent)
                    on_sent(self.sent - before)
                    if self._unsent:
                        line, reason = next(iter(self._unsent.items()))
                        raise self._resumable_error(f"Line {line} was not sent: {reason}")
            except KeyboardInterrupt:
                raise self._resumable_error("Interrupted.", exit_code=130) from None
            except SluiceError as error:
                raise error if error.details else self._resumable_error(str(error)) from None

    def _send_concurrently(self, pool: ThreadPoolExecutor, batches: list[list[NumberedTask]]) -> None:
        with Deferred() as interrupts:  # the calls are completed, so that their tasks can be counted
            futures = [pool.submit(self._send, batch) for batch in batches]
            wait(futures)
            for future, batch in zip(futures, batches, strict=True):
                self._record(future, batch)
            self._next_line = batches[-1][-1].line + 1
        if interrupts.requested:
            raise KeyboardInterrupt

    def _send(self, batch: list[NumberedTask]) -> dict[int, str]:
        return send_batch(self._sqs, self._url, [self._entry(task.body) for task in batch])

    def _record(self, future: Future[dict[int, str]], batch: list[NumberedTask]) -> None:
        try:
            refused = future.result()
        except ClientError as error:
            refused = dict.fromkeys(range(len(batch)), aws_errors.describe_error(error))
        except BotoCoreError as error:
            reason = f"{aws_errors.describe_error(error)} SQS may have accepted it nevertheless."
            refused = dict.fromkeys(range(len(batch)), reason)
        self.sent += len(batch) - len(refused)
        self._unsent |= {batch[index].line: reason for index, reason in refused.items()}

    def _resumable_error(self, reason: str, exit_code: int = 1) -> SluiceError:
        lines = str(LineRanges.from_numbers(sorted(self._unsent), self._next_line) & self._lines)
        count = "1 task was" if self.sent == 1 else f"{self.sent:,} tasks were"
        message = f"{reason} {count} sent; continue with --lines {lines}"
        return SluiceError(message, exit_code, sent=self.sent, lines=lines)

    def _entry(self, body: str) -> dict[str, Any]:
        header = self._sampling.new_header()
        return {
            "MessageBody": body,
            "MessageSystemAttributes": {"AWSTraceHeader": {"DataType": "String", "StringValue": header}},
        }
