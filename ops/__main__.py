"""What an operator does by hand with what is deployed; `make` calls it with the environment's addresses."""

import json
import sys
from time import sleep
from typing import Annotated

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from ops import digits, jobs, queues, stack, state_bucket
from ops.serving import Site

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)


@app.command()
def send(address: Annotated[str, typer.Argument(help="An http(s):// or s3:// address, or a task as JSON.")]) -> None:
    """Send one image's address to the images queue."""
    list(queues.send(boto3.client("sqs"), stack.outputs()["images"], [address]))
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
) -> None:
    """Have a list classified; the answers in its order, a JSON object a line."""
    base = stack.outputs()["jobs"]["api"]
    bulk = len(addresses) == 1 and addresses[0].endswith((".jsonl", ".csv"))
    posted = jobs.post(base, {"source": addresses[0]} if bulk else addresses)
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


@app.command("state-bucket")
def make_state_bucket() -> None:
    """Make the bucket that keeps the local cloud's Terraform state."""
    print(f"Terraform's state is kept in s3://{state_bucket.make(boto3.client('s3'))}.")


def main() -> None:
    """Run a command; what goes wrong is told in a sentence."""
    try:
        app()
    except (BotoCoreError, ClientError, OSError, jobs.JobError, queues.SendError, stack.StackError) as error:
        Console(stderr=True, highlight=False).print(str(error), markup=False)
        sys.exit(1)


if __name__ == "__main__":
    main()
