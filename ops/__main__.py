"""What an operator does by hand with what is deployed; `make` calls it with the environment's addresses."""

import sys
from time import sleep
from typing import Annotated

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from ops import digits, queues, stack, state_bucket
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
    except (BotoCoreError, ClientError, OSError, queues.SendError, stack.StackError) as error:
        Console(stderr=True, highlight=False).print(str(error), markup=False)
        sys.exit(1)


if __name__ == "__main__":
    main()
