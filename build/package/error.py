"""The one way in which packaging fails."""


class PackageError(Exception):
    """Something cannot be packaged; the message is a sentence with the cure."""
