"""What an operator does by hand with what is deployed; `make` calls it with the environment's addresses."""

import json
import shlex
import sys
from time import sleep
from typing import Annotated

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from build.bundle import BundleError
from ops import digits, jobs, queues, stack, state_bucket, versions
from ops import publish as publishing
from ops import release as releasing
from ops.serving import Site

Model = Annotated[str | None, typer.Option(help="The deployed model that is to do it; left out: the default one.")]

Version = Annotated[str, typer.Argument(help="A bundle's folder, or name@hash, of which a few digits are enough.")]

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)


@app.command()
def send(
    address: Annotated[str, typer.Argument(help="An http(s):// or s3:// address, or a task as JSON.")],
    model: Model = None,
) -> None:
    """Send one image's address to the images queue."""
    if model is not None and address.lstrip().startswith("{"):
        raise typer.BadParameter('a task as JSON names its model itself: put "model" into it, and leave --model out.')
    body = address if model is None else json.dumps({"url": address, "model": model})
    list(queues.send(boto3.client("sqs"), stack.outputs()["images"], [body]))
    print("Sent. `make results` shows the answer.")


@app.command()
def results() -> None:
    """Take the results that are there from the predictions queue, a JSON object a line."""
    for body in queues.take_all(boto3.client("sqs"), stack.outputs()["predictions"]):
        print(body)


@app.command()
def job(
    addresses: Annotated[
        list[str], typer.Argument(help="http(s):// or s3:// addresses; one s3:// list of lines ends in .jsonl or .csv.")
    ],
    model: Model = None,
) -> None:
    """Have a list classified; the answers in its order, a JSON object a line."""
    base = stack.outputs()["jobs"]["api"]
    bulk = len(addresses) == 1 and addresses[0].endswith((".jsonl", ".csv"))
    what = {"source": addresses[0]} if bulk else {"urls": addresses}
    posted = jobs.post(base, what if model is None else what | {"model": model})
    while (answer := jobs.answer(base, posted)) is None:
        sleep(0.5)
    if bulk:
        print(json.dumps(answer))
        return
    for result in answer["results"]:
        print(json.dumps(result))


@app.command()
def serve(port: int = 8700) -> None:
    """Serve the held-out digits on loopback until Ctrl-C."""
    scans = digits.held_out()
    with Site(digits.files(scans).get, port) as site:
        print(f"{len(scans)} images, such as {site.address(scans[0].path)}. Ctrl-C ends it.")
        while True:
            sleep(1)


@app.command()
def publish(version: Version) -> None:
    """See to it that a version of a model lies in the environment's model bucket."""
    bucket = stack.outputs()["models"]["bucket"]
    print(publishing.publish(boto3.client("s3"), bucket, version, versions.here(stack.PROJECT))[1])


@app.command()
def release(
    model: Annotated[str | None, typer.Option(help="The version to move to, as for `publish`.")] = None,
    share: Annotated[float | None, typer.Option(help="The share of calls that the newest versions get.")] = None,
    look: Annotated[bool, typer.Option(help="Publish nothing: for a plan.")] = False,  # noqa: FBT002
) -> None:
    """Publish what is to be moved to, and print the settings with which Terraform moves, for eval."""
    outputs, here = stack.outputs_if_any(), versions.here(stack.PROJECT)
    s3, bucket = boto3.client("s3"), outputs.get("models", {}).get("bucket")
    version = None
    if model and bucket and not look:
        version, said = publishing.publish(s3, bucket, model, here)
        print(said, file=sys.stderr)
    elif model:
        version, _ = publishing.meant(s3, bucket, model, here)
    for name, value in releasing.exports(releasing.values(outputs, version, share)).items():
        print(f"export {name}={shlex.quote(value)}")


@app.command("state-bucket")
def make_state_bucket() -> None:
    """Make the bucket that keeps the local cloud's Terraform state."""
    print(f"Terraform's state is kept in s3://{state_bucket.make(boto3.client('s3'))}.")


_TOLD = (BotoCoreError, BundleError, ClientError, OSError, releasing.ReleaseError, versions.VersionError)


def main() -> None:
    """Run a command; what goes wrong is told in a sentence."""
    try:
        app()
    except (*_TOLD, jobs.JobError, queues.SendError, stack.StackError) as error:
        Console(stderr=True, highlight=False).print(str(error), markup=False)
        sys.exit(1)


if __name__ == "__main__":
    main()
