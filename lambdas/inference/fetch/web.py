"""Fetch one image over HTTP(S) from a stranger's server."""

import socket
import ssl
from functools import cache
from http.client import HTTPMessage
from urllib.parse import quote, urljoin

from inference.deadline import Deadline
from inference.errors import Code, InputError, SourceUnavailableError
from inference.fetch import addresses, http_response
from inference.fetch.addresses import Endpoint, WebAddress

MAX_REDIRECTS = 5
MAX_ENDPOINTS = 4
CONNECT_SECONDS = 3.0

_REDIRECTS = {301, 302, 303, 307, 308}
_RETRIED = {408, 425, 429}
_REFUSALS = {401, 403, 407, 451}
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


def fetch(url: str, private_hosts: frozenset[str], limit: int, deadline: Deadline) -> bytearray:
    """The bytes behind an http(s) address, at most `limit`, following up to five redirects, each judged anew.

    Proxies in the environment are not used. Raises InputError or SourceUnavailableError.
    """
    for _ in range(MAX_REDIRECTS + 1):
        address = addresses.parse(url)
        endpoints = addresses.resolve(address, private_hosts, deadline)
        try:
            with _connect(address, endpoints, deadline) as connection:
                channel = http_response.Channel(connection, deadline)
                stream = http_response.buffered(channel)
                connection.settimeout(deadline.timeout())
                connection.sendall(_request(address))
                status, headers = http_response.read_head(stream)
                if status not in _REDIRECTS:
                    _check(status, address)
                    channel.allowance = 2 * limit + http_response.MAX_HEAD_BYTES
                    return http_response.read_body(stream, headers, limit)
                url = _location(url, headers)
        except TimeoutError:
            raise deadline.expired() from None
        except OSError as error:
            raise _broken(error, address) from None
    raise http_response.bad_response(f"redirects more than {MAX_REDIRECTS} times")


def _connect(address: WebAddress, endpoints: list[Endpoint], deadline: Deadline) -> socket.socket:
    """A connection to the first endpoint that takes one, with TLS for https, proven to be `address.host`'s."""
    failure: OSError | None = None
    for endpoint in endpoints[:MAX_ENDPOINTS]:
        connection = socket.socket(endpoint.family, socket.SOCK_STREAM)
        try:
            connection.settimeout(min(CONNECT_SECONDS, deadline.timeout()))
            connection.connect(endpoint.sockaddr)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if address.scheme == "http":
                return connection
            connection.settimeout(deadline.timeout())
            return trust().wrap_socket(connection, server_hostname=address.host)
        except ssl.SSLError:
            connection.close()
            raise
        except OSError as error:
            connection.close()
            failure = error
        except BaseException:
            connection.close()
            raise
    if isinstance(failure, TimeoutError):
        raise SourceUnavailableError(f"The host {address.host} did not take a connection in time.")
    raise SourceUnavailableError(f"The host {address.host} does not take connections.")


@cache
def trust() -> ssl.SSLContext:
    """What every https connection is checked with; made at the first, since reading the certificates takes a while."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _request(address: WebAddress) -> bytes:
    return (
        f"GET {address.target} HTTP/1.1\r\nHost: {address.authority}\r\nUser-Agent: sluice\r\n"
        "Accept: image/jpeg, image/png, image/webp\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n"
    ).encode("ascii")


def _location(url: str, headers: HTTPMessage) -> str:
    location = headers.get("Location")
    if not location:
        raise http_response.bad_response("redirects without saying where to")
    # Servers send other characters raw, which an address may hold only percent-encoded.
    encoded = quote(location.strip().encode("latin-1", "replace"), safe=_PRINTABLE)
    try:
        return urljoin(url, encoded)
    except ValueError:
        raise http_response.bad_response("redirects to something that is no address") from None


def _check(status: int, address: WebAddress) -> None:
    if status == 200:
        return
    answer = f"The server {address.host} answered {status}"
    if status in _RETRIED or status >= 500:
        raise SourceUnavailableError(f"{answer}.")
    if status in (404, 410):
        raise InputError(Code.NOT_FOUND, f"{answer}: there is no such image; check the address.")
    if status in _REFUSALS:
        raise InputError(Code.DENIED, f"{answer}: it does not let this address be read; send a presigned one.")
    raise InputError(Code.BAD_RESPONSE, f"{answer} where only 200 carries an image; check the address.")


def _broken(error: OSError, address: WebAddress) -> Exception:
    """The fault behind a connection that failed after it was made."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return InputError(
            Code.BAD_RESPONSE,
            f"The certificate of {address.host} is not trusted ({error.verify_message}); mend it or use another host.",
        )
    if isinstance(error, ssl.SSLError) and not isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return InputError(Code.BAD_RESPONSE, f"The server {address.host} does not speak TLS as https needs it.")
    return SourceUnavailableError(f"The connection to {address.host} broke.")
