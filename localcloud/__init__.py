"""An AWS emulator on loopback that runs Lambda zips and layers as AWS does, each under its IAM role."""

from localcloud.launcher import LocalCloud
from localcloud.settings import CloudError

__all__ = ["CloudError", "LocalCloud"]
