"""Address to bytes: the schemes that exist, and the hosts and buckets that a deployment may read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from inference.deadline import Deadline
from inference.errors import Code, InputError
from inference.fetch import s3, web
from inference.fetch.addresses import MAX_ADDRESS_CHARACTERS

MAX_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches image files from the public Internet, from private hosts and from buckets.

    Attributes:
        private_hosts: Hosts that are allowed although they are not public, each as host:port.
        buckets: The account that owns each allowed bucket, by bucket name.
        max_bytes: The largest file.
    """

    private_hosts: frozenset[str] = frozenset()
    buckets: Mapping[str, str] = field(default_factory=dict)
    max_bytes: int = MAX_BYTES

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Fetcher":
        """Create the fetcher that the environment variables PRIVATE_HOSTS and IMAGE_BUCKETS describe.

        Raises:
            ValueError: One of them is not valid; the message says how to write it.
        """
        hosts = [host.strip().lower() for host in environment.get("PRIVATE_HOSTS", "").split(",") if host.strip()]
        for host in hosts:
            if not host.rpartition(":")[2].isdigit():
                raise ValueError(f"Invalid entry {host!r} in PRIVATE_HOSTS: write it as host:port.")
        return cls(frozenset(hosts), s3.parse_buckets("IMAGE_BUCKETS", environment.get("IMAGE_BUCKETS", "")))

    def fetch(self, url: str, deadline: Deadline) -> bytearray:
        """Return the bytes of the file at an http://, https:// or s3:// address.

        Args:
            url: The address.
            deadline: When the fetch has to end.

        Raises:
            InputError: The address is not valid or not allowed, or its server refuses the file.
            SourceUnavailableError: The server cannot be reached, is overloaded or too slow.
        """
        if len(url) > MAX_ADDRESS_CHARACTERS:
            raise InputError(
                Code.BAD_ADDRESS, f"The address has {len(url):,} characters; send at most {MAX_ADDRESS_CHARACTERS:,}."
            )
        scheme = url.partition("://")[0].lower()
        if scheme == "s3":
            return s3.fetch(url, self.buckets, self.max_bytes, deadline)
        if scheme in ("http", "https"):
            return web.fetch(url, self.private_hosts, self.max_bytes, deadline)
        raise InputError(Code.BAD_ADDRESS, "The address must begin with http://, https:// or s3://.")
