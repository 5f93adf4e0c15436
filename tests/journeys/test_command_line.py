"""The operator's command line, as it is installed, on the applied stack, typed by who holds only the policy for it."""

import json
from typing import Any

import boto3
import pytest

from localcloud import LocalCloud
from sluice.demo.digits import Digit
from sluice.jobs.progress import Progress, read_progress
from tests.support.journeys.http_sites import Outside
from tests.support.journeys.operators import Operator
from tests.support.journeys.team import wait_until
from tests.support.terminal import Terminal
from tests.support.terraform_root import Root


@pytest.fixture(scope="module")
def sluice(operator: Operator, cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A shell whose Terraform has yet to be initialised, and queues with nothing left of other journeys."""
    terminal = Terminal(cloud, tmp_path_factory.mktemp("terraform"))
    terminal.variables = {**terminal.variables, **operator.keys}
    wait_until(lambda: not _on_the_way(terminal), "other journeys' images never ended", 120)
    terminal.run("results")
    return terminal


def _on_the_way(sluice: Terminal) -> int:
    images = _status(sluice)["queues"]["images"]
    return int(images["visible"] + images["in_flight"] + images["delayed"])


def _status(sluice: Terminal) -> dict[str, Any]:
    status: dict[str, Any] = json.loads(sluice.run("status", "--json", "--since", "6h").stdout)
    return status


def test_sent_tasks_are_answered_and_accounted_for(
    sluice: Terminal, scans: list[Digit], outside: Outside, stack: Root
) -> None:
    before = _status(sluice)
    labels = {f"typed-{n}": scan.label for n, scan in enumerate(scans[:25])}
    tasks = [json.dumps({"url": outside.address(scan.path), "id": f"typed-{n}"}) for n, scan in enumerate(scans[:25])]
    bad = [json.dumps({"url": "http://10.0.0.1/", "id": f"bad-{n}"}) for n in range(5)]
    sent = sluice.run("send", "--json", "--top", "1", stdin="\n".join([*tasks, "# and five that are bad", *bad]))
    assert json.loads(sent.stdout) == {"sent": 30}
    answers = [json.loads(line) for line in sluice.run("results", "--follow", "--count", "30").stdout.splitlines()]
    right = [answer["labels"][0]["label"] == labels[answer["id"]] for answer in answers if "labels" in answer]
    assert (len(right), sum(right) >= 24) == (25, True)
    assert {answer["rejection"]["code"] for answer in answers if "rejection" in answer} == {"forbidden_address"}

    after = _status(sluice)
    grown = {
        name: after["accounting"][name] - before["accounting"][name]
        for name in ("sent", "predicted", "rejected", "missing")
    }
    assert grown == {"sent": 30, "predicted": 25, "rejected": 5, "missing": 0}
    assert after["queues"]["images"] == {"visible": 0, "in_flight": 0, "delayed": 0, "oldest_seconds": None}
    assert after["model"] == stack.outputs()["model"]["version"]
    assert after["worker"]["versions"] == {stack.outputs()["versions"]["worker"]["live"]: 1.0}


def test_a_job_is_submitted_followed_and_fetched(sluice: Terminal, scans: list[Digit], outside: Outside) -> None:
    addresses = [outside.address(scan.path) for scan in scans[:4]]
    told = json.loads(
        sluice.run("job", "submit", "--json", "--name", "typed", "--file", "-", stdin="\n".join(addresses)).stdout
    )
    assert told == {"id": "typed", "status": "running"}
    ended = json.loads(sluice.run("job", "follow", "typed", "--json").stdout)
    assert ended == {"id": "typed", "status": "succeeded", "items": 4, "predicted": 4, "rejected": 0, "failed": 0}
    answers = [json.loads(line) for line in sluice.run("job", "fetch", "typed").stdout.splitlines()]
    assert [(answer["id"], answer["url"]) for answer in answers] == [
        (f"typed/{n}", url) for n, url in enumerate(addresses)
    ]


def test_a_list_in_s3_is_fetched_in_its_order(
    sluice: Terminal, scans: list[Digit], outside: Outside, stack: Root, operator: Operator
) -> None:
    lines = ["url", *(outside.address(scans[n].path) for n in range(130))]
    boto3.client("s3").put_object(Bucket="holiday-photos", Key="lists/typed.csv", Body="\n".join(lines).encode())
    typed = ("job", "submit", "s3://holiday-photos/lists/typed.csv", "--name", "typed-list", "--top", "1", "--wait")
    answers = sluice.run(*typed).stdout.splitlines()
    assert [json.loads(answer)["url"] for answer in answers] == lines[1:]
    clients = operator.client("s3"), operator.client("stepfunctions")
    assert read_progress(*clients, stack.outputs()["jobs"], "typed-list") == Progress(130, 130)
    assert read_progress(*clients, stack.outputs()["jobs"], "typed") == Progress(4, 4)


def test_a_job_that_is_not_there_is_a_sentence(sluice: Terminal) -> None:
    told = sluice.run("job", "follow", "nothing", "--json", code=1)
    assert json.loads(told.stderr) == {
        "error": "The API returned 404: Job nothing does not exist or has expired. Check the id or submit again."
    }


def test_who_only_types_commands_is_told_which_policy_publishes(sluice: Terminal, stack: Root) -> None:
    told = sluice.run("publish", stack.outputs()["model"]["version"], code=1)
    assert "may not call" in told.stderr
    assert "to publish a model, for sluice-<env>-apply (docs/state.md)" in told.stderr
