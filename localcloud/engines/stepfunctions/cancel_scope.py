"""Cancellation: scopes are nested, and cancelling one interrupts everything that waits inside it."""

import contextvars
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from localcloud.engines.stepfunctions.errors import CancelledError

T = TypeVar("T")
_Mailbox = queue.SimpleQueue[tuple[bool, Any]]


class CancelScope:
    """A part of an execution that can be cancelled.

    Attributes:
        reason: The exception that cancelled the scope, or None.
    """

    def __init__(self, outer: "CancelScope | None" = None) -> None:
        self.reason: Exception | None = None
        self._lock = threading.Lock()
        self._mailboxes: set[_Mailbox] = set()
        self._inner: set[CancelScope] = set()
        self._outer = outer
        if outer is not None:
            with outer._lock:
                outer._inner.add(self)
                self.reason = outer.reason

    def cancel(self, reason: Exception) -> None:
        """Interrupt everything that waits in this scope; only the first call has an effect.

        Calls of other services are not interrupted: they run to their end and their results are ignored.
        """
        with self._lock:
            if self.reason is not None:
                return
            self.reason = reason
            mailboxes, inner = list(self._mailboxes), list(self._inner)
        for mailbox in mailboxes:
            mailbox.put((False, CancelledError()))
        for scope in inner:
            scope.cancel(reason)

    def close(self) -> None:
        """Remove this scope from the outer one once nothing runs in it any more."""
        if self._outer is not None:
            with self._outer._lock:
                self._outer._inner.discard(self)

    def check(self) -> None:
        """Raise CancelledError if this scope is cancelled."""
        if self.reason is not None:
            raise CancelledError

    def sleep(self, seconds: float) -> None:
        """Wait; raise CancelledError as soon as this scope is cancelled."""
        try:
            self._receive(queue.SimpleQueue(), seconds)
        except queue.Empty:
            return

    def call(self, function: Callable[[], T], seconds: float | None = None) -> T:
        """Run `function` in a thread and return its result.

        Raises:
            TimeoutError: The function takes longer than `seconds`. It is not interrupted.
            CancelledError: This scope was cancelled.
        """
        mailbox: _Mailbox = queue.SimpleQueue()

        def work() -> None:
            try:
                mailbox.put((True, function()))
            except Exception as error:  # raised again below
                mailbox.put((False, error))

        _start_thread(work, "state-task")
        try:
            value: T = self._receive(mailbox, seconds)
        except queue.Empty:
            raise TimeoutError from None
        return value

    def run_all(self, jobs: Sequence[Callable[["CancelScope"], T]], limit: int) -> list[T]:
        """Run all jobs and return their results in order.

        At most `limit` jobs run at the same time, in a scope inside this one. The first failure cancels the others and
        is raised.
        """
        inner, failures, results = CancelScope(self), list[Exception](), dict[int, T]()
        pending: queue.SimpleQueue[int] = queue.SimpleQueue()
        for index in range(len(jobs)):
            pending.put(index)

        def work() -> None:
            while inner.reason is None:
                try:
                    index = pending.get_nowait()
                except queue.Empty:
                    return
                try:
                    results[index] = jobs[index](inner)
                except Exception as error:  # raised again below
                    failures.append(error)
                    inner.cancel(error)

        for thread in [_start_thread(work, "state-branch") for _ in range(min(limit, len(jobs)))]:
            thread.join()
        inner.close()
        self.check()
        if failures:
            raise failures[0]
        return [results[index] for index in range(len(jobs))]

    def _receive(self, mailbox: _Mailbox, seconds: float | None) -> Any:
        with self._lock:
            if self.reason is not None:
                raise CancelledError
            self._mailboxes.add(mailbox)
        try:
            succeeded, value = mailbox.get(timeout=seconds)
        finally:
            with self._lock:
                self._mailboxes.discard(mailbox)
        if not succeeded:
            raise value
        return value


def _start_thread(work: Callable[[], None], name: str) -> threading.Thread:
    """Start a thread that inherits this thread's context variables."""
    thread = threading.Thread(target=contextvars.copy_context().run, args=(work,), name=name, daemon=True)
    thread.start()
    return thread
