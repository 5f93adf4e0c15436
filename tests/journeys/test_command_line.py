"""The installed command line on the applied stack, run by an operator who has only the policy for it."""

import json
from typing import Any

import boto3
import pytest

from localcloud import LocalCloud
from sluice.demo.digits import Digit
from sluice.jobs.progress import Progress, read_progress
from tests.support.journeys.checkout import wait_until
from tests.support.journeys.image_site import ImageSite
from tests.support.journeys.operators import Operator
from tests.support.terminal import Terminal
from tests.support.terraform_root import Root


@pytest.fixture(scope="module")
def terminal(operator: Operator, cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A terminal before `terraform init`, and queues without messages of other tests."""
    terminal = Terminal(cloud, tmp_path_factory.mktemp("terraform"))
    terminal.variables = {**terminal.variables, **operator.credentials}
    wait_until(lambda: count_pending_images(terminal) == 0, "images of other tests are still in the queue", 120)
    terminal.run("results")
    return terminal


def count_pending_images(terminal: Terminal) -> int:
    images = read_status(terminal)["queues"]["images"]
    return int(images["visible"] + images["received"] + images["delayed"])


def read_status(terminal: Terminal) -> dict[str, Any]:
    status: dict[str, Any] = json.loads(terminal.run("status", "--json", "--since", "6h").stdout)
    return status


def test_sent_tasks_get_results_and_are_accounted_for(
    terminal: Terminal, digits: list[Digit], site: ImageSite, stack: Root
) -> None:
    before = read_status(terminal)
    labels = {f"cli-{n}": digit.label for n, digit in enumerate(digits[:25])}
    valid = [json.dumps({"url": site.url(digit.path), "id": f"cli-{n}"}) for n, digit in enumerate(digits[:25])]
    invalid = [json.dumps({"url": "http://10.0.0.1/", "id": f"bad-{n}"}) for n in range(5)]
    lines = [*valid, "# and five invalid ones", *invalid]
    sent = terminal.run("send", "--json", "--top", "1", stdin="\n".join(lines))
    assert json.loads(sent.stdout) == {"sent": 30}
    results = [json.loads(line) for line in terminal.run("results", "--follow", "--count", "30").stdout.splitlines()]
    predictions = [result for result in results if "labels" in result]
    assert len(predictions) == 25
    assert sum(result["labels"][0]["label"] == labels[result["id"]] for result in predictions) >= 24
    assert {result["rejection"]["code"] for result in results if "rejection" in result} == {"forbidden_address"}

    after = read_status(terminal)
    for name, count in {"sent": 30, "predicted": 25, "rejected": 5, "missing": 0}.items():
        assert after["accounting"][name] - before["accounting"][name] == count, name
    assert after["queues"]["images"] == {"visible": 0, "received": 0, "delayed": 0, "oldest_seconds": None}
    assert after["model"] == stack.outputs()["model"]["version"]
    assert after["worker"]["versions"] == {stack.outputs()["versions"]["worker"]["live"]: 1.0}


def test_job_is_submitted_followed_and_fetched(terminal: Terminal, digits: list[Digit], site: ImageSite) -> None:
    urls = [site.url(digit.path) for digit in digits[:4]]
    submitted = json.loads(
        terminal.run("job", "submit", "--json", "--name", "cli", "--file", "-", stdin="\n".join(urls)).stdout
    )
    assert submitted == {"id": "cli", "status": "running"}
    finished = json.loads(terminal.run("job", "follow", "cli", "--json").stdout)
    assert finished == {"id": "cli", "status": "succeeded", "items": 4, "predicted": 4, "rejected": 0, "failed": 0}
    results = [json.loads(line) for line in terminal.run("job", "fetch", "cli").stdout.splitlines()]
    assert [result["id"] for result in results] == [f"cli/{n}" for n in range(4)]
    assert [result["url"] for result in results] == urls


def test_bulk_job_results_keep_the_lists_order(
    terminal: Terminal, digits: list[Digit], site: ImageSite, stack: Root, operator: Operator
) -> None:
    lines = ["url", *(site.url(digits[n].path) for n in range(130))]
    boto3.client("s3").put_object(Bucket="holiday-photos", Key="lists/cli.csv", Body="\n".join(lines).encode())
    submit = ("job", "submit", "s3://holiday-photos/lists/cli.csv", "--name", "cli-list", "--top", "1", "--wait")
    results = terminal.run(*submit).stdout.splitlines()
    assert [json.loads(result)["url"] for result in results] == lines[1:]
    clients = operator.create_client("s3"), operator.create_client("stepfunctions")
    assert read_progress(*clients, stack.outputs()["jobs"], "cli-list") == Progress(130, 130)
    assert read_progress(*clients, stack.outputs()["jobs"], "cli") == Progress(4, 4)


def test_missing_job_is_reported_with_a_fix(terminal: Terminal) -> None:
    process = terminal.run("job", "follow", "nothing", "--json", code=1)
    assert json.loads(process.stderr) == {
        "error": "The API returned 404: Job nothing does not exist or has expired. Check the id or submit again."
    }


def test_publish_with_operate_policy_names_apply_policy(terminal: Terminal, stack: Root) -> None:
    process = terminal.run("publish", stack.outputs()["model"]["version"], code=1)
    assert "may not call" in process.stderr
    assert "to publish a model, for sluice-<env>-apply (docs/state.md)" in process.stderr
