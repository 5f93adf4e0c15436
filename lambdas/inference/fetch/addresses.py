"""How an address must be written, and where it may lead."""

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

# getaddrinfo's answers that asking again will not change.
_NO_SUCH_HOST = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An http or https address, taken apart once: what is checked is what is connected to."""

    scheme: str
    host: str
    port: int
    target: str
    literal: IPv4Address | IPv6Address | None

    @property
    def place(self) -> str:
        """`host:port`, as PRIVATE_HOSTS names it."""
        return f"{self.bracketed}:{self.port}"

    @property
    def bracketed(self) -> str:
        return f"[{self.host}]" if isinstance(self.literal, IPv6Address) else self.host

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        return self.bracketed if self.port == PORTS[self.scheme] else self.place


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a socket may connect to: an address that has been judged, never a name."""

    family: socket.AddressFamily
    sockaddr: tuple[str, int]


def _bad(message: str) -> InputError:
    return InputError(Code.BAD_ADDRESS, message)


def parse(url: str) -> WebAddress:
    """Take an http(s) address apart. Raises InputError (bad_address) with a sentence when it is not plainly one."""
    if not url.isascii() or not url.isprintable() or " " in url:
        raise _bad(
            "The address holds spaces, control or non-ASCII characters; percent-encode them (in a host: Punycode)."
        )
    if "\\" in url:
        raise _bad("The address holds a backslash; percent-encode it as %5C.")
    if "@" in re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]:
        raise _bad("The address holds a user name or password before its host; send it without.")
    match = _WEB.fullmatch(url)
    if match is None:
        raise _bad("The address is not of the form http(s)://host[:port]/path; check its host and port.")
    scheme, host = match["scheme"].lower(), match["host"].lower()
    literal = _literal(host)
    if literal is None and (len(host) > 253 or not all(map(_LABEL.fullmatch, host.split(".")))):
        raise _bad("The address's host is not a valid name; it is letters, digits and hyphens between single dots.")
    port = int(match["port"]) if match["port"] else PORTS[scheme]
    target = match["target"] or "/"
    return WebAddress(scheme, host.strip("[]"), port, target if target[0] == "/" else "/" + target, literal)


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address that `host` spells, None for a name.

    Octal, hexadecimal, whole-number and short spellings of IPv4 are refused, since resolvers read them each in
    their own way.
    """
    try:
        if host[0] == "[":
            return IPv6Address(host[1:-1])
        if _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
            return IPv4Address(host)
    except AddressValueError:
        raise _bad("The address's host is not a valid IP address; write IPv4 as four plain decimal numbers.") from None
    return None


def resolve(address: WebAddress, private_hosts: frozenset[str], deadline: Deadline) -> list[Endpoint]:
    """The endpoints behind an address, IPv4 first; looked up once, so that a second answer cannot differ.

    Unless its `host:port` is among `private_hosts`, its port must be 80 or 443 and every one of its IP addresses
    public. Raises InputError (forbidden_address, not_found) or SourceUnavailableError.
    """
    private = address.place in private_hosts
    if not private and address.port not in PORTS.values():
        raise InputError(
            Code.FORBIDDEN_ADDRESS, f"Port {address.port} is not allowed; serve the image on port 80 or 443."
        )
    found = [str(address.literal)] if address.literal is not None else deadline.run(_look_up, address.host)
    addresses = [ip_address(text) for text in found]
    if not addresses:
        raise InputError(Code.NOT_FOUND, f"The host {address.host} has no IP address; check its spelling.")
    if not private and not all(map(is_public, addresses)):
        raise InputError(
            Code.FORBIDDEN_ADDRESS,
            f"The host {address.host} is not on the public Internet; send an image that is, or an s3:// address.",
        )
    endpoints = [
        Endpoint(socket.AF_INET if ip.version == 4 else socket.AF_INET6, (str(ip), address.port)) for ip in addresses
    ]
    return sorted(endpoints, key=lambda endpoint: endpoint.family != socket.AF_INET)


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
