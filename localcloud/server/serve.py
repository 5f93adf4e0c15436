"""Puts the parts together: ministack with its patches, the sandboxes, the way to stop."""

import asyncio
import os
import signal
import socket
import sys
import threading
from pathlib import Path

from hypercorn.asyncio import serve as hypercorn  # type: ignore[import-not-found]
from hypercorn.config import Config  # type: ignore[import-not-found]
from ministack.app import app

from localcloud import cleanup, patches
from localcloud.patches.cloud import Cloud
from localcloud.runtime.memory import MemoryWatch
from localcloud.runtime.pool import Pool
from localcloud.runtime.sandbox import Host
from localcloud.server import emulator, operator
from localcloud.server.certificate import Certificate
from localcloud.server.repeats import Repeats
from localcloud.settings import STATE, Settings, State


def serve(settings: Settings, certificate: Certificate, listener: socket.socket) -> None:
    """Serve on `listener` until a signal or the end of the lifeline, then end this process."""
    directory, port = Path(settings.directory), listener.getsockname()[1]
    pool = Pool(Host(directory, Path(settings.python), (certificate.authority,), MemoryWatch()))
    patches.apply(Cloud(f"https://127.0.0.1:{port}", certificate.authority, pool), settings.skip)
    keys = operator.create(emulator.ACCOUNT, emulator.REGION)
    state = State(os.getpid(), port, emulator.REGION, str(certificate.authority), *keys)
    asyncio.run(_serve(settings, state, _config(certificate, listener), pool))


async def _serve(settings: Settings, state: State, config: Config, pool: Pool) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if settings.lifeline:
        threading.Thread(target=_follow_parent, args=(loop, stop), name="lifeline", daemon=True).start()

    async def until_stopped() -> None:
        _announce(Path(settings.directory), state)  # hypercorn asks for this once it serves
        await stop.wait()
        # Nothing here outlives the process, and open connections would hold up an orderly end by seconds.
        await asyncio.to_thread(pool.stop)
        cleanup.clear(Path(settings.directory))
        os._exit(0)

    await hypercorn(Repeats(app), config, shutdown_trigger=until_stopped)


def _config(certificate: Certificate, listener: socket.socket) -> Config:
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.certfile, config.keyfile = str(certificate.chain), str(certificate.key)
    # The server never closes a connection first: a request that crosses the close loses its answer, the client repeats
    # it, and what it made "already exists". For HTTP/2 hypercorn does so in the middle of the thousandth request.
    config.alpn_protocols = ["http/1.1"]
    config.keep_alive_timeout = 86_400
    config.keep_alive_max_requests = sys.maxsize
    return config


def _follow_parent(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Wait for the end of standard input, whose other end the parent holds until it dies."""
    while os.read(0, 64):
        pass
    loop.call_soon_threadsafe(stop.set)


def _announce(directory: Path, state: State) -> None:
    file = directory / STATE
    file.touch(mode=0o600)
    file.write_text(state.to_json())
    sys.stdout.write(state.to_json() + "\n")
    sys.stdout.flush()
    os.dup2(2, 1)  # whatever is printed from now on belongs to the log
