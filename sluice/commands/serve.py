"""`sluice serve`: serve sample images on loopback."""

from time import sleep
from typing import Annotated

import typer

from sluice.commands.console import Json, print_json


def serve(
    port: Annotated[int, typer.Option(help="Loopback port; the local stack may fetch from 8700.")] = 8700,
    as_json: Json = False,
) -> None:
    """Serve the held-out digits on loopback until Ctrl-C."""
    from sluice.demo import digits  # imported here, since scikit-learn takes a second that other commands do not need
    from sluice.image_server import ImageServer

    scans = digits.load_digits()
    with ImageServer(digits.to_files(scans).get, port) as server:
        if as_json:
            print_json({"images": [server.url(scan.path) for scan in scans]})
        else:
            print(f"{len(scans)} images, for example {server.url(scans[0].path)}. Stop with Ctrl-C.", flush=True)
        while True:
            sleep(1)
