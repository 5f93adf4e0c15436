"""The demonstration: the local cloud, the real Terraform, real images in, labels out; all that it starts, it stops."""

import json
import os
import shutil
from time import monotonic

import boto3
from rich.console import Console

from build.package.target import Target
from localcloud import LocalCloud
from sluice.demo import digits, direct, inputs, job, page, run, table
from sluice.image_server import ImageServer
from sluice.project import find_project
from sluice.terraform import stack, state_bucket

FOLDER = find_project() / "build" / "out" / "demo"
BUNDLE = find_project() / "models" / "digits" / "bundle"


def demonstrate(console: Console) -> bool:
    """Run it, write summary.json and index.html, and tell whether every input had the end it should have."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    scans = digits.held_out()
    files = digits.files(scans) | inputs.traps(scans[0])
    with ImageServer(inputs.web(files)) as server, LocalCloud.start(FOLDER / "cloud") as cloud:
        os.environ |= cloud.environment() | {"TF_DATA_DIR": str(FOLDER / "terraform")}
        with console.status("Applying terraform/ with ENV=local (about a minute: the provider waits for each queue)"):
            began = monotonic()
            state_bucket.create_local_bucket(boto3.client("s3"))
            stack.initialise("local")
            stack.apply("local", {"build": str(Target.here()), "private_hosts": [server.host]})
            addresses = stack.read_outputs()
        console.print(f"Applied in {monotonic() - began:.0f} s. Model: {addresses['model']['version']}")
        ledger = run.through(boto3.client("sqs"), addresses, inputs.good(scans, server) + inputs.bad(server), console)
        ended = job.through(
            addresses, cloud.resolve_api_url(addresses["jobs"]["api"]), inputs.mixed(scans, server), console
        )
    summary = ledger.summary(direct.accuracy(BUNDLE))
    account = {"pipeline": summary, "job": ended.summary()}
    (FOLDER / "summary.json").write_text(json.dumps(account, indent=2) + "\n")
    (FOLDER / "index.html").write_text(page.pipeline(ledger, summary, addresses["model"]["version"]))
    (FOLDER / "job.html").write_text(page.job(ended))
    table.show(ledger, summary, console)
    table.show_job(ended, console)
    console.print(f"Every image beside its labels: {FOLDER.relative_to(find_project())}/index.html")
    return (
        summary["predicted"] == len(ledger.digits)
        and summary["rejected"] == len(ledger.bad)
        and not summary["duplicated"]
    )
