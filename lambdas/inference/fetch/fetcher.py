"""Address to bytes: which schemes there are, and what this deployment may read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from inference.deadline import Deadline
from inference.errors import Code, InputError
from inference.fetch import s3, web
from inference.fetch.addresses import MAX_ADDRESS_CHARACTERS

MAX_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches from the public Internet, from `private_hosts` (each host:port) and from `buckets` (name -> owner)."""

    private_hosts: frozenset[str] = frozenset()
    buckets: Mapping[str, str] = field(default_factory=dict)
    max_bytes: int = MAX_BYTES

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Fetcher":
        """Read PRIVATE_HOSTS and IMAGE_BUCKETS. Raises ValueError with a sentence when one cannot be understood."""
        hosts = [host.strip().lower() for host in environment.get("PRIVATE_HOSTS", "").split(",") if host.strip()]
        for host in hosts:
            if not host.rpartition(":")[2].isdigit():
                raise ValueError(f"PRIVATE_HOSTS holds {host!r}; write each entry as host:port.")
        return cls(frozenset(hosts), s3.parse_buckets("IMAGE_BUCKETS", environment.get("IMAGE_BUCKETS", "")))

    def fetch(self, url: str, deadline: Deadline) -> bytearray:
        """The bytes behind `url`, at most `max_bytes`, by the deadline. Raises InputError or a TransientError."""
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
