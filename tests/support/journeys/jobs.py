"""The jobs API of an applied stack, as a client uses it."""

from time import monotonic, sleep
from typing import Any

from localcloud import LocalCloud
from sluice.demo import history
from sluice.jobs import api


class JobsClient:
    """Submits jobs and waits for them.

    Attributes:
        outputs: The output `jobs` of the root.
        base_url: URL of the API at the local cloud.
    """

    def __init__(self, outputs: dict[str, Any], cloud: LocalCloud) -> None:
        self.outputs = outputs["jobs"]
        self.base_url = cloud.resolve_api_url(self.outputs["api"])

    def post(self, body: object) -> api.Reply:
        """Send POST /jobs."""
        return api.call("POST", f"{self.base_url}/jobs", body)

    def get(self, job: str) -> api.Reply:
        """Send GET /jobs/{id}."""
        return api.call("GET", f"{self.base_url}/jobs/{job}")

    def submit(self, body: object) -> str:
        """Post a job that must be accepted, and return its id."""
        reply = self.post(body)
        assert reply.status == 202, reply
        return str(reply.body["id"])

    def wait_until_finished(self, job: str, *, within: float = 60) -> dict[str, Any]:
        """Return the final response of GET /jobs/{id}; fail if the job still runs after `within` seconds."""
        end = monotonic() + within
        while (reply := self.get(job)).body.get("status") == "running":
            assert monotonic() < end, f"job {job} still runs after {within} s"
            sleep(0.2)
        assert reply.status == 200, reply
        return reply.body

    def list_events(self, job: str, machine: str = "workflow") -> list[dict[str, Any]]:
        """Return the history of a job's execution."""
        return list(history.list_events(self.outputs[machine], job))

    def list_visits(self, job: str) -> list[history.StateVisit]:
        """Return when a job was in which state."""
        return history.list_visits(self.list_events(job))
