"""Settings that make ministack serve this cloud alone: its port, its directory, nothing beyond loopback."""

import importlib.metadata
import os
from pathlib import Path

from localcloud.environments import CloudError

VERSION = "1.5.33"
ACCOUNT = "000000000000"
REGION = "eu-west-1"


def require_version() -> None:
    """CloudError unless the installed ministack is the one that the patches were written for."""
    found = importlib.metadata.version("ministack")
    if found != VERSION:
        raise CloudError(
            f"build/venv/cloud holds ministack {found}, but localcloud/patches is written for {VERSION}: "
            "make the environment again from build/requirements/cloud.lock."
        )


def configure(directory: Path, port: int) -> None:
    """Set what ministack reads from its environment; it reads most of it when it is imported."""
    temporary = directory / "tmp"
    temporary.mkdir(exist_ok=True)
    os.environ.update(
        AUTH="true",
        USE_SSL="1",
        GATEWAY_PORT=str(port),
        BIND_HOST="127.0.0.1",
        MINISTACK_REGION=REGION,
        MINISTACK_ACCOUNT_ID=ACCOUNT,
        MINISTACK_SSL_CERT=str(directory / "tls" / "chain.pem"),
        MINISTACK_SSL_KEY=str(directory / "tls" / "key.pem"),
        TMPDIR=str(temporary),
        STATE_DIR=str(temporary / "state"),
        S3_DATA_DIR=str(temporary / "s3"),
        DOCKER_HOST=f"unix://{temporary}/no-docker.sock",
        LAMBDA_ACCOUNT_CONCURRENCY="1000",  # AWS's; ministack's own is a few for each core
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        LOG_LEVEL="INFO",
    )
