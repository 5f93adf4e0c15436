"""The jobs' API seen from outside: lists are posted, jobs are followed to their end."""

from time import monotonic, sleep
from typing import Any

from localcloud import LocalCloud
from sluice.demo import history
from sluice.jobs import api


class Jobs:
    """An applied workflow."""

    def __init__(self, outputs: dict[str, Any], cloud: LocalCloud) -> None:
        self.outputs = outputs["jobs"]
        self.base = cloud.resolve_api_url(self.outputs["api"])

    def post(self, body: object) -> api.Reply:
        return api.call("POST", f"{self.base}/jobs", body)

    def start(self, body: object) -> str:
        """Post what must be taken; its id."""
        reply = self.post(body)
        assert reply.status == 202, reply
        return str(reply.body["id"])

    def get(self, job: str) -> api.Reply:
        return api.call("GET", f"{self.base}/jobs/{job}")

    def end(self, job: str, *, within: float = 60) -> dict[str, Any]:
        """The job's last word; AssertionError when it has none in time."""
        limit = monotonic() + within
        while (reply := self.get(job)).body.get("status") == "running":
            assert monotonic() < limit, f"job {job} still runs after {within} s"
            sleep(0.2)
        assert reply.status == 200, reply
        return reply.body

    def events(self, job: str, machine: str = "workflow") -> list[dict[str, Any]]:
        """The history of the job's execution."""
        return list(history.list_events(self.outputs[machine], job))

    def spans(self, job: str) -> list[history.StateVisit]:
        """When the job was in which state."""
        return history.list_visits(self.events(job))
