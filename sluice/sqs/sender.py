"""Sends tasks, a million if need be, several calls at once, and knows at any end which lines are not sent."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sluice import aws_errors
from sluice.errors import SluiceError
from sluice.interrupts import patience
from sluice.sqs import batches
from sluice.sqs.line_numbers import ALL, Spans
from sluice.sqs.sampling import Sampling
from sluice.sqs.tasks import Task

_AT_ONCE = 8  # calls, each with a connection of its own


class Sender:
    """Sends to the queue at `url`; `sampling` says whose way is to be traced.

    `lines` are those that are to be sent at all, so that no others are named when some are left over.
    """

    def __init__(self, sqs: Any, url: str, sampling: Sampling, lines: Spans = ALL) -> None:
        self._sqs, self._url, self._sampling, self._lines = sqs, url, sampling, lines
        self.sent = 0
        self._missing: dict[int, str] = {}
        self._onwards = 1

    def send(self, tasks: Iterable[Task], advance: Callable[[int], None]) -> None:
        """Send all, and tell `advance` how many more went out, now and then.

        Raises SluiceError, with the lines that are still to be sent, at what SQS refuses, at an invalid line and at
        Ctrl-C; what had been begun is finished first.
        """
        calls = batches.calls(tasks, lambda task: len(task.body.encode()))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            try:
                while wave := list(islice(calls, _AT_ONCE)):
                    before = self.sent
                    self._wave(pool, wave)
                    advance(self.sent - before)
                    if self._missing:
                        line, why = next(iter(self._missing.items()))
                        raise self._stopped(f"Line {line} was not sent: {why}")
            except KeyboardInterrupt:
                raise self._stopped("Interrupted.", exit_code=130) from None
            except SluiceError as told:
                raise told if told.facts else self._stopped(str(told)) from None

    def _wave(self, pool: ThreadPoolExecutor, wave: list[list[Task]]) -> None:
        """Send calls at once, and book what became of each."""
        with patience() as end:  # what is on its way is waited for, so that it can be counted
            futures = [pool.submit(self._call, call) for call in wave]
            wait(futures)
            for future, call in zip(futures, wave, strict=True):
                self._book(future, call)
            self._onwards = wave[-1][-1].line + 1
        if end.asked:
            raise KeyboardInterrupt

    def _call(self, call: list[Task]) -> dict[int, str]:
        return batches.send(self._sqs, self._url, [self._entry(task.body) for task in call])

    def _book(self, future: Future[dict[int, str]], call: list[Task]) -> None:
        try:
            unsent = future.result()
        except ClientError as error:
            unsent = dict.fromkeys(range(len(call)), aws_errors.sentence(error))
        except BotoCoreError as error:
            unsent = dict.fromkeys(range(len(call)), f"{aws_errors.sentence(error)} SQS may have it all the same.")
        self.sent += len(call) - len(unsent)
        self._missing |= {call[place].line: why for place, why in unsent.items()}

    def _stopped(self, why: str, exit_code: int = 1) -> SluiceError:
        lines = str(Spans.of(sorted(self._missing), self._onwards) & self._lines)
        sentence = f"{why} {self.sent:,} {'task was' if self.sent == 1 else 'tasks were'} sent"
        return SluiceError(f"{sentence}; go on with --lines {lines}", exit_code, sent=self.sent, lines=lines)

    def _entry(self, body: str) -> dict[str, Any]:
        header = self._sampling.header()
        return {
            "MessageBody": body,
            "MessageSystemAttributes": {"AWSTraceHeader": {"DataType": "String", "StringValue": header}},
        }
