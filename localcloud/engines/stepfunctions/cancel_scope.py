"""What can be stopped from outside: scopes nest, and a stop ends all that waits inside."""

import contextvars
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from localcloud.engines.stepfunctions.errors import CancelledError

T = TypeVar("T")
_Mailbox = queue.SimpleQueue[tuple[bool, Any]]


class CancelScope:
    """A part of an execution; `reason` is what stopped it, None while it may go on."""

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

    def stop(self, reason: Exception) -> None:
        """End what runs here, once; calls that were handed to another service end by themselves, unheard."""
        with self._lock:
            if self.reason is not None:
                return
            self.reason = reason
            mailboxes, inner = list(self._mailboxes), list(self._inner)
        for mailbox in mailboxes:
            mailbox.put((False, CancelledError()))
        for scope in inner:
            scope.stop(reason)

    def leave(self) -> None:
        """Say that nothing runs here any more."""
        if self._outer is not None:
            with self._outer._lock:
                self._outer._inner.discard(self)

    def check(self) -> None:
        """CancelledError when this scope is."""
        if self.reason is not None:
            raise CancelledError

    def sleep(self, seconds: float) -> None:
        try:
            self._receive(queue.SimpleQueue(), seconds)
        except queue.Empty:
            return

    def call(self, function: Callable[[], T], seconds: float | None = None) -> T:
        """What `function` gives; TimeoutError when that takes longer than `seconds`, and it is then left alone."""
        mailbox: _Mailbox = queue.SimpleQueue()

        def work() -> None:
            try:
                mailbox.put((True, function()))
            except Exception as error:  # raised again below
                mailbox.put((False, error))

        start(work, "state-task")
        try:
            value: T = self._receive(mailbox, seconds)
        except queue.Empty:
            raise TimeoutError from None
        return value

    def all(self, jobs: Sequence[Callable[["CancelScope"], T]], limit: int) -> list[T]:
        """What all jobs give, in their order, at most `limit` at a time; the first to fail stops the others."""
        inner, failures, results = CancelScope(self), list[Exception](), dict[int, T]()
        waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
        for number in range(len(jobs)):
            waiting.put(number)

        def work() -> None:
            while inner.reason is None:
                try:
                    number = waiting.get_nowait()
                except queue.Empty:
                    return
                try:
                    results[number] = jobs[number](inner)
                except Exception as error:  # raised again below
                    failures.append(error)
                    inner.stop(error)

        for thread in [start(work, "state-branch") for _ in range(min(limit, len(jobs)))]:
            thread.join()
        inner.leave()
        self.check()
        if failures:
            raise failures[0]
        return [results[number] for number in range(len(jobs))]

    def _receive(self, mailbox: _Mailbox, seconds: float | None) -> Any:
        with self._lock:
            if self.reason is not None:
                raise CancelledError
            self._mailboxes.add(mailbox)
        try:
            done, value = mailbox.get(timeout=seconds)
        finally:
            with self._lock:
                self._mailboxes.discard(mailbox)
        if not done:
            raise value
        return value


def start(work: Callable[[], None], name: str) -> threading.Thread:
    """Run `work` in a thread that sees this one's context variables."""
    thread = threading.Thread(target=contextvars.copy_context().run, args=(work,), name=name, daemon=True)
    thread.start()
    return thread
