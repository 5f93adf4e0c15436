"""Parses http(s) addresses and decides which endpoints may be connected to."""

import re
import socket
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_address

from inference.deadline import Deadline
from inference.errors import Code, InputError, SourceUnavailableError
from inference.fetch.ip_ranges import is_public

MAX_ADDRESS_CHARACTERS = 8192
PORTS = {"http": 80, "https": 443}

_WEB = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?(?P<target>[/?][^#]*)?(?:#.*)?",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

# Errors of getaddrinfo that are permanent.
_NO_SUCH_HOST = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


@dataclass(frozen=True, slots=True)
class WebAddress:
    """The parts of an http or https address. It is parsed once, so the checked host is the one connected to.

    Attributes:
        scheme: "http" or "https".
        host: The host in lower case, an IPv6 address without brackets.
        port: The port, also if the address does not state it.
        target: Path and query, beginning with /.
        literal: The IP address if the host is one, None for a name.
    """

    scheme: str
    host: str
    port: int
    target: str
    literal: IPv4Address | IPv6Address | None

    @property
    def host_port(self) -> str:
        """`host:port`, as PRIVATE_HOSTS lists it."""
        return f"{self.bracketed_host}:{self.port}"

    @property
    def bracketed_host(self) -> str:
        """The host, an IPv6 address in brackets."""
        return f"[{self.host}]" if isinstance(self.literal, IPv6Address) else self.host

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        return self.bracketed_host if self.port == PORTS[self.scheme] else self.host_port


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An IP address and port that have been checked and that a socket may connect to."""

    family: socket.AddressFamily
    sockaddr: tuple[str, int]


def parse(url: str) -> WebAddress:
    """Parse an http or https address.

    Raises:
        InputError: The address is not valid, or parsers could disagree about it (bad_address).
    """
    if not url.isascii() or not url.isprintable() or " " in url:
        raise _bad_address_error(
            "The address contains spaces, control or non-ASCII characters; percent-encode them (in a host: Punycode)."
        )
    if "\\" in url:
        raise _bad_address_error("The address contains a backslash; percent-encode it as %5C.")
    if "@" in re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]:
        raise _bad_address_error("The address contains a user name or password before its host; send it without.")
    match = _WEB.fullmatch(url)
    if match is None:
        raise _bad_address_error("The address is not of the form http(s)://host[:port]/path; check its host and port.")
    scheme, host = match["scheme"].lower(), match["host"].lower()
    literal = _parse_ip_address(host)
    if literal is None and (len(host) > 253 or not all(map(_LABEL.fullmatch, host.split(".")))):
        raise _bad_address_error(
            "The address's host is not a valid name; use letters, digits and hyphens between single dots."
        )
    port = int(match["port"]) if match["port"] else PORTS[scheme]
    target = match["target"] or "/"
    return WebAddress(scheme, host.strip("[]"), port, target if target[0] == "/" else "/" + target, literal)


def resolve(address: WebAddress, private_hosts: frozenset[str], deadline: Deadline) -> list[Endpoint]:
    """Look up an address and check where it leads. It is looked up once, so that a second answer cannot differ.

    Args:
        address: The address.
        private_hosts: Each `host:port` that is allowed without further checks.
        deadline: When the look-up has to end.

    Returns:
        The endpoints, IPv4 first.

    Raises:
        InputError: The port is not 80 or 443, or an IP address is not public (forbidden_address), or the host does
            not exist (not_found).
        SourceUnavailableError: The host cannot be resolved at the moment.
    """
    is_private = address.host_port in private_hosts
    if not is_private and address.port not in PORTS.values():
        raise InputError(
            Code.FORBIDDEN_ADDRESS, f"Port {address.port} is not allowed; serve the image on port 80 or 443."
        )
    texts = [str(address.literal)] if address.literal is not None else deadline.run(_look_up, address.host)
    ip_addresses = [ip_address(text) for text in texts]
    if not ip_addresses:
        raise InputError(Code.NOT_FOUND, f"The host {address.host} has no IP address; check its spelling.")
    if not is_private and not all(map(is_public, ip_addresses)):
        raise InputError(
            Code.FORBIDDEN_ADDRESS,
            f"The host {address.host} is not on the public Internet; send an image that is, or an s3:// address.",
        )
    endpoints = [
        Endpoint(socket.AF_INET if ip.version == 4 else socket.AF_INET6, (str(ip), address.port)) for ip in ip_addresses
    ]
    return sorted(endpoints, key=lambda endpoint: endpoint.family != socket.AF_INET)


def _bad_address_error(message: str) -> InputError:
    return InputError(Code.BAD_ADDRESS, message)


def _parse_ip_address(host: str) -> IPv4Address | IPv6Address | None:
    """Return the IP address that `host` is, None for a name.

    Octal, hexadecimal, whole-number and short forms of IPv4 are refused, since resolvers interpret them differently.
    """
    try:
        if host[0] == "[":
            return IPv6Address(host[1:-1])
        if _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
            return IPv4Address(host)
    except AddressValueError:
        raise _bad_address_error(
            "The address's host is not a valid IP address; write IPv4 as four plain decimal numbers."
        ) from None
    return None


def _look_up(host: str) -> list[str]:
    try:
        answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno in _NO_SUCH_HOST:
            raise InputError(Code.NOT_FOUND, f"The host {host} does not exist; check its spelling.") from None
        raise SourceUnavailableError(f"The host {host} could not be resolved at the moment.") from None
    except (UnicodeError, OSError):
        raise SourceUnavailableError(f"The host {host} could not be resolved at the moment.") from None
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))
