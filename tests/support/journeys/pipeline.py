"""The pipeline seen from its ends: tasks go in, records and dead letters come out, and every one is kept count of."""

import json
import os
import signal
from collections import defaultdict
from collections.abc import Collection, Iterable
from time import monotonic, sleep
from typing import Any

import boto3
import jsonschema

from localcloud import LocalCloud
from sluice.sqs import messages, sending
from tests.support.lambdas import document

Record = dict[str, Any]


class Pipeline:
    """An applied pipeline; `records` holds, by id, every record that ever came out."""

    def __init__(self, outputs: dict[str, Any], cloud: LocalCloud) -> None:
        self.outputs = outputs
        self.records: defaultdict[str, list[Record]] = defaultdict(list)
        self.dead: list[str] = []
        self._cloud = cloud
        self._sqs = boto3.client("sqs")

    def send(self, tasks: Iterable[str | dict[str, Any]]) -> None:
        """Send bodies as they are, and tasks as JSON."""
        bodies = [task if isinstance(task, str) else json.dumps(task) for task in tasks]
        assert sum(sending.send_bodies(self._sqs, self.outputs["images"], bodies)) == len(bodies)

    def answers(self, ids: Collection[str], *, within: float = 120) -> dict[str, Record]:
        """The record of each id; AssertionError when one is missing after `within` seconds, came twice, or is odd."""
        self._take_until(lambda: all(self.records[name] for name in ids), within)
        missing = [name for name in ids if not self.records[name]]
        assert not missing, f"{len(missing)} of {len(ids)} never came out: {missing[:5]}"
        doubled = {name: len(self.records[name]) for name in ids if len(self.records[name]) > 1}
        assert not doubled, f"came out more than once: {doubled}"
        answers = {name: self.records[name][0] for name in ids}
        for answer in answers.values():
            jsonschema.validate(answer, document.load_schema("rejection" if "rejection" in answer else "prediction"))
        return answers

    def answer_to(self, url: str, *, within: float = 60) -> Record:
        """The one record for an address whose task had no id."""

        def found() -> list[Record]:
            return [record for records in self.records.values() for record in records if record["url"] == url]

        self._take_until(lambda: bool(found()), within)
        (record,) = found()
        return record

    def dead_letter(self, body: str, *, within: float) -> str:
        """The dead letter with this body, once it is there."""
        self._take_until(lambda: body in self.dead, within)
        assert body in self.dead, f"no dead letter has the body {body}"
        return body

    def settle(self, seconds: float) -> None:
        """Give what should not come a chance to come."""
        self._take_until(lambda: False, seconds)

    def kill_workers(self) -> int:
        """kill -9 of every sandbox of the worker, waited for; how many there were."""
        worker = self.outputs["functions"]["worker"]
        killed = self._cloud.sandbox_pids(worker)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        while set(killed) & set(self._cloud.sandbox_pids(worker)):
            sleep(0.01)
        return len(killed)

    def log_tells(self, text: str, *, within: float) -> bool:
        """Whether the worker has logged it, or does in time; what comes out meanwhile is taken."""
        self._take_until(lambda: text in self.log(), within)
        return text in self.log()

    def log(self) -> str:
        """All that the worker has logged."""
        group = f"/aws/lambda/{self.outputs['functions']['worker']}"
        pages = boto3.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
        return "\n".join(event["message"] for page in pages for event in page["events"])

    def _take_until(self, enough: Any, within: float) -> None:
        end = monotonic() + within
        while not enough() and monotonic() < end:
            for body in messages.take_bodies(self._sqs, self.outputs["predictions"]):
                record = json.loads(body)
                self.records[record["id"]].append(record)
            self.dead.extend(messages.take_bodies(self._sqs, self.outputs["dead_letters"], wait=0))
