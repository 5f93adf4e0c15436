"""The local cloud: an AWS emulator on loopback that runs the very zips that would ship, each under its role."""

from localcloud.environments import CloudError
from localcloud.launcher import LocalCloud

__all__ = ["CloudError", "LocalCloud"]
