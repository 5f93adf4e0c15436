"""The demonstration: it applies the real Terraform to a local cloud, sends images, and stops all that it started."""

import json
import os
import shutil
from time import monotonic

import boto3
from rich.console import Console

from build.package.target import Target
from localcloud import LocalCloud
from sluice.demo import digits, html_report, inputs, terminal_report
from sluice.demo.job import run_job
from sluice.demo.pipeline import run_pipeline
from sluice.demo.reference import measure_accuracy
from sluice.image_server import ImageServer
from sluice.project import find_project
from sluice.terraform import stack, state_bucket


def run_demonstration(console: Console) -> bool:
    """Run the demonstration, and write summary.json, index.html and job.html to build/out/demo.

    Args:
        console: Where to show progress and results.

    Returns:
        Whether every input had the expected result: one prediction for each digit, one rejection for each bad input.
    """
    project = find_project()
    folder = project / "build" / "out" / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    scans = digits.load_digits()
    files = digits.to_files(scans) | inputs.broken_files(scans[0])
    with ImageServer(inputs.serve_with_delay(files)) as server, LocalCloud.start(folder / "cloud") as cloud:
        os.environ |= cloud.environment() | {"TF_DATA_DIR": str(folder / "terraform")}
        with console.status("Applying terraform/ with ENV=local (about a minute: the provider waits for each queue)"):
            start = monotonic()
            state_bucket.create_local_bucket(boto3.client("s3"))
            stack.initialize("local")
            stack.apply("local", {"build": str(Target.current()), "private_hosts": [server.host]})
            outputs = stack.read_outputs()
        console.print(f"Applied in {monotonic() - start:.0f} s. Model: {outputs['model']['version']}")
        sent = inputs.good_inputs(scans, server) + inputs.bad_inputs(server)
        accounting = run_pipeline(boto3.client("sqs"), outputs, sent, console)
        api = cloud.resolve_api_url(outputs["jobs"]["api"])
        job = run_job(outputs, api, inputs.mixed_inputs(scans, server), console)
    summary = accounting.summarize(measure_accuracy(project / "models" / "digits" / "bundle"))
    (folder / "summary.json").write_text(json.dumps({"pipeline": summary, "job": job.summarize()}, indent=2) + "\n")
    (folder / "index.html").write_text(html_report.render_pipeline(accounting, summary, outputs["model"]["version"]))
    (folder / "job.html").write_text(html_report.render_job(job))
    terminal_report.print_pipeline(accounting, summary, console)
    terminal_report.print_job(job, console)
    console.print(f"All images with their labels: {folder.relative_to(project)}/index.html")
    return (
        summary["predicted"] == len(accounting.digits)
        and summary["rejected"] == len(accounting.bad)
        and not summary["duplicated"]
    )
