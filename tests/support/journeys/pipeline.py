"""The pipeline as its users see it: tasks are sent, records and dead letters are received and counted."""

import json
import os
import signal
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from time import monotonic, sleep
from typing import Any

import boto3
import jsonschema

from localcloud import LocalCloud
from sluice.sqs import messages, sending
from tests.support.lambdas import document

Record = dict[str, Any]


class Pipeline:
    """An applied pipeline.

    Attributes:
        outputs: The outputs of the root.
        records: All records received so far, by id.
        dead_letters: The bodies of all dead letters received so far.
    """

    def __init__(self, outputs: dict[str, Any], cloud: LocalCloud) -> None:
        self.outputs = outputs
        self.records: defaultdict[str, list[Record]] = defaultdict(list)
        self.dead_letters: list[str] = []
        self._cloud = cloud
        self._sqs = boto3.client("sqs")

    def send(self, tasks: Iterable[str | dict[str, Any]]) -> None:
        """Send strings as they are, and other tasks as JSON."""
        bodies = [task if isinstance(task, str) else json.dumps(task) for task in tasks]
        assert sum(sending.send_bodies(self._sqs, self.outputs["images"], bodies)) == len(bodies)

    def receive_records(self, ids: Collection[str], *, within: float = 120) -> dict[str, Record]:
        """Return the record of each id.

        Raises:
            AssertionError: If a record is missing after `within` seconds, or an id has two.
            jsonschema.ValidationError: If a record does not match its schema.
        """
        self._receive_until(lambda: all(self.records[id_] for id_ in ids), within)
        missing = [id_ for id_ in ids if not self.records[id_]]
        assert not missing, f"{len(missing)} of {len(ids)} tasks have no record after {within} s: {missing[:5]}"
        duplicates = {id_: len(self.records[id_]) for id_ in ids if len(self.records[id_]) > 1}
        assert not duplicates, f"tasks with more than one record: {duplicates}"
        records = {id_: self.records[id_][0] for id_ in ids}
        for record in records.values():
            jsonschema.validate(record, document.load_schema("rejection" if "rejection" in record else "prediction"))
        return records

    def receive_record_of_url(self, url: str, *, within: float = 60) -> Record:
        """Return the only record for a URL whose task had no id."""

        def list_records() -> list[Record]:
            return [record for records in self.records.values() for record in records if record["url"] == url]

        self._receive_until(lambda: bool(list_records()), within)
        (record,) = list_records()
        return record

    def wait_for_dead_letter(self, body: str, *, within: float) -> None:
        """Wait for the dead letter with exactly this body; fail after `within` seconds."""
        self._receive_until(lambda: body in self.dead_letters, within)
        assert body in self.dead_letters, f"no dead letter has the body {body}"

    def receive_for(self, seconds: float) -> None:
        """Receive messages for a number of seconds."""
        self._receive_until(lambda: False, seconds)

    def kill_workers(self) -> int:
        """Send SIGKILL to all sandboxes of the worker, wait for their end, and return how many there were."""
        worker = self.outputs["functions"]["worker"]
        pids = self._cloud.sandbox_pids(worker)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        while set(pids) & set(self._cloud.sandbox_pids(worker)):
            sleep(0.01)
        return len(pids)

    def wait_for_log(self, text: str, *, within: float) -> None:
        """Receive messages until the worker has logged a text; fail after `within` seconds."""
        self._receive_until(lambda: text in self.read_log(), within)
        assert text in self.read_log(), f"the worker did not log {text} within {within} s"

    def read_log(self) -> str:
        """Return the worker's whole log."""
        group = f"/aws/lambda/{self.outputs['functions']['worker']}"
        pages = boto3.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
        return "\n".join(event["message"] for page in pages for event in page["events"])

    def _receive_until(self, condition: Callable[[], bool], within: float) -> None:
        end = monotonic() + within
        while not condition() and monotonic() < end:
            for body in messages.take_bodies(self._sqs, self.outputs["predictions"]):
                record = json.loads(body)
                self.records[record["id"]].append(record)
            self.dead_letters.extend(messages.take_bodies(self._sqs, self.outputs["dead_letters"], wait=0))
