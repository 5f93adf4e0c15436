"""`sluice serve`: sample images for whoever has none."""

from time import sleep
from typing import Annotated

import typer

from sluice.commands.console import Json, line


def serve(
    port: Annotated[int, typer.Option(help="Loopback port; the local stack may fetch from 8700.")] = 8700,
    as_json: Json = False,
) -> None:
    """Serve the held-out digits on loopback until Ctrl-C."""
    from sluice.demo import digits  # scikit-learn, which has them, takes a second that no other command should wait
    from sluice.image_server import Site

    scans = digits.held_out()
    with Site(digits.files(scans).get, port) as site:
        if as_json:
            line({"images": [site.address(scan.path) for scan in scans]})
        else:
            print(f"{len(scans)} images, such as {site.address(scans[0].path)}. Ctrl-C ends it.", flush=True)
        while True:
            sleep(1)
