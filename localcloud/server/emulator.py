"""Configures ministack: its version, port and directory, and nothing reachable beyond loopback."""

import importlib.metadata
import os
from pathlib import Path

from localcloud.settings import CloudError
from localcloud.state import TEMPORARY, TLS

VERSION = "1.5.33"
ACCOUNT = "000000000000"
REGION = "eu-west-1"


def check_version() -> None:
    """Check that the installed ministack is the version that the patches are written for.

    Raises:
        CloudError: Another version is installed.
    """
    installed = importlib.metadata.version("ministack")
    if installed != VERSION:
        raise CloudError(
            f"build/venv/cloud contains ministack {installed}, but localcloud/patches is written for {VERSION}: "
            "create the environment again from build/requirements/cloud.lock."
        )


def configure(directory: Path, port: int) -> None:
    """Set the environment variables that ministack reads, most of them when it is imported.

    Args:
        directory: The directory of the cloud.
        port: The port on loopback that the cloud listens on.
    """
    temporary = directory / TEMPORARY
    temporary.mkdir(exist_ok=True)
    os.environ.update(
        AUTH="true",
        USE_SSL="1",
        GATEWAY_PORT=str(port),
        BIND_HOST="127.0.0.1",
        MINISTACK_REGION=REGION,
        MINISTACK_ACCOUNT_ID=ACCOUNT,
        MINISTACK_SSL_CERT=str(directory / TLS / "chain.pem"),
        MINISTACK_SSL_KEY=str(directory / TLS / "key.pem"),
        TMPDIR=str(temporary),
        STATE_DIR=str(temporary / "state"),
        S3_DATA_DIR=str(temporary / "s3"),
        DOCKER_HOST=f"unix://{temporary}/no-docker.sock",
        LAMBDA_ACCOUNT_CONCURRENCY="1000",  # the default of AWS; ministack's is a few per core
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        LOG_LEVEL="INFO",
    )
