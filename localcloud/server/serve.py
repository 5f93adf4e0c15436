"""Runs ministack with its patches and the sandboxes on hypercorn, until a signal or the end of the launcher."""

import asyncio
import json
import os
import secrets
import signal
import socket
import sys
import threading
from pathlib import Path

from hypercorn.asyncio import serve as serve_hypercorn  # type: ignore[import-not-found]
from hypercorn.config import Config  # type: ignore[import-not-found]
from ministack.app import app
from ministack.core.responses import request_scope
from ministack.services import iam

from localcloud import patches
from localcloud.patches.cloud import Cloud
from localcloud.runtime.memory import MemoryWatch
from localcloud.runtime.pool import Pool
from localcloud.runtime.sandbox import Host
from localcloud.server import emulator
from localcloud.server.certificate import Certificate
from localcloud.server.idempotent_retries import IdempotentRetries
from localcloud.settings import Settings
from localcloud.state import STATE, State, remove_files

OPERATOR = "operator"


def serve(settings: Settings, certificate: Certificate, listener: socket.socket) -> None:
    """Serve on `listener` until a signal or the end of standard input, then end this process."""
    directory, port = Path(settings.directory), listener.getsockname()[1]
    pool = Pool(Host(directory, Path(settings.python), (certificate.authority,), MemoryWatch()))
    patches.apply(Cloud(f"https://127.0.0.1:{port}", certificate.authority, pool), settings.skip)
    keys = create_operator(emulator.ACCOUNT, emulator.REGION)
    state = State(os.getpid(), port, emulator.REGION, str(certificate.authority), *keys)
    asyncio.run(_serve(settings, state, _create_config(certificate, listener), pool))


def create_operator(account: str, region: str) -> tuple[str, str]:
    """Create the IAM user whose keys the cloud's clients use, and return its access key id and secret.

    The user may do everything that no resource policy denies. It is an ordinary user because ministack checks neither
    the signatures nor the resource policies of requests with its root keys.
    """
    policy = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}], "Version": "2012-10-17"}
    key, secret = f"AKIA{secrets.token_hex(8).upper()}", secrets.token_hex(20)
    with request_scope(account, region):
        iam._create_user({"UserName": [OPERATOR]})
        iam._user_inline_policies[OPERATOR] = {"everything": json.dumps(policy)}
        iam._access_keys[key] = {
            "UserName": OPERATOR, "AccessKeyId": key, "SecretAccessKey": secret, "Status": "Active",
            "CreateDate": iam._now(),
        }  # fmt: skip
    return key, secret


async def _serve(settings: Settings, state: State, config: Config, pool: Pool) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if settings.lifeline:
        threading.Thread(target=_wait_for_launcher, args=(loop, stop), name="lifeline", daemon=True).start()

    async def wait_until_stopped() -> None:
        _announce(Path(settings.directory), state)  # hypercorn awaits this function once it serves
        await stop.wait()
        # No state outlives the process, and open connections would delay an orderly shutdown by seconds.
        await asyncio.to_thread(pool.stop)
        remove_files(Path(settings.directory))
        os._exit(0)

    await serve_hypercorn(IdempotentRetries(app), config, shutdown_trigger=wait_until_stopped)


def _create_config(certificate: Certificate, listener: socket.socket) -> Config:
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.certfile, config.keyfile = str(certificate.chain), str(certificate.key)
    # The server never closes a connection first: a request that is sent at the same moment would lose its response, and
    # the client's retry would fail because the resource "already exists". With HTTP/2, hypercorn closes a connection
    # in the middle of its thousandth request.
    config.alpn_protocols = ["http/1.1"]
    config.keep_alive_timeout = 86_400
    config.keep_alive_max_requests = sys.maxsize
    return config


def _wait_for_launcher(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Set `stop` when standard input ends; the launcher holds its other end until it dies."""
    while os.read(0, 64):
        pass
    loop.call_soon_threadsafe(stop.set)


def _announce(directory: Path, state: State) -> None:
    file = directory / STATE
    file.touch(mode=0o600)
    file.write_text(state.to_json())
    sys.stdout.write(state.to_json() + "\n")
    sys.stdout.flush()
    os.dup2(2, 1)  # the log receives all further output
