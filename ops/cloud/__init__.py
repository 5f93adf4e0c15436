"""The local cloud: an AWS emulator on loopback that runs the very zips that would ship, each under its role."""

from ops.cloud.environments import CloudError
from ops.cloud.local import LocalCloud

__all__ = ["CloudError", "LocalCloud"]
