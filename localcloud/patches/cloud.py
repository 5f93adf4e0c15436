"""The parts of the running local cloud that patches use."""

from dataclasses import dataclass
from pathlib import Path

from localcloud.runtime.pool import Pool


@dataclass(frozen=True)
class Cloud:
    """The local cloud to which patches are applied.

    Attributes:
        endpoint: URL of the cloud, as functions see it.
        authority: PEM file of the certificate authority that signed the endpoint's certificate.
        pool: The sandboxes that run functions.
    """

    endpoint: str
    authority: Path
    pool: Pool
