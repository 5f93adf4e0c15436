"""Errors of the build. Every message is a sentence for the user: what failed, why, and the fix."""


class BuildError(Exception):
    """Base class: commands print the message, without a traceback, and exit with 1."""


class PackageError(BuildError):
    """A function or a layer cannot be packaged."""


class ModelImportError(BuildError):
    """A model cannot be imported as a bundle."""


class MissingUvError(BuildError):
    """The program uv is not installed."""
