"""Fetches one file over HTTP(S) from a server that is not trusted."""

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
_TRANSIENT = {408, 425, 429}
_DENIED = {401, 403, 407, 451}
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


def fetch(url: str, private_hosts: frozenset[str], limit: int, deadline: Deadline) -> bytearray:
    """Return the bytes of the file at an http or https address. Proxies in the environment are not used.

    Args:
        url: The address. Up to five redirects are followed, and each target is checked like the address itself.
        private_hosts: Each `host:port` that is allowed although it is not public.
        limit: The most bytes.
        deadline: When the fetch has to end.

    Raises:
        InputError: The address is not valid or not allowed, or the server's reply is not a file of that size.
        SourceUnavailableError: The server cannot be reached, is overloaded or too slow.
    """
    for _ in range(MAX_REDIRECTS + 1):
        address = addresses.parse(url)
        endpoints = addresses.resolve(address, private_hosts, deadline)
        try:
            with _connect(address, endpoints, deadline) as connection:
                stream = http_response.LimitedStream(connection, deadline)
                reader = http_response.buffer(stream)
                connection.settimeout(deadline.timeout())
                connection.sendall(_format_request(address))
                status, headers = http_response.read_head(reader)
                if status not in _REDIRECTS:
                    _check_status(status, address)
                    stream.allowance = 2 * limit + http_response.MAX_HEAD_BYTES
                    return http_response.read_body(reader, headers, limit)
                url = _get_location(url, headers)
        except TimeoutError:
            raise deadline.expired() from None
        except OSError as error:
            raise _translate_error(error, address) from None
    raise http_response.bad_response_error(f"redirects more than {MAX_REDIRECTS} times")


@cache
def tls_context() -> ssl.SSLContext:
    """Return the TLS settings of all https connections. They are cached, because loading certificates takes long."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _connect(address: WebAddress, endpoints: list[Endpoint], deadline: Deadline) -> socket.socket:
    """Connect to the first endpoint that accepts; for https, with a certificate that is valid for `address.host`."""
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
            return tls_context().wrap_socket(connection, server_hostname=address.host)
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
        raise SourceUnavailableError(f"The host {address.host} did not accept a connection in time.")
    raise SourceUnavailableError(f"The host {address.host} does not accept connections.")


def _format_request(address: WebAddress) -> bytes:
    return (
        f"GET {address.target} HTTP/1.1\r\nHost: {address.authority}\r\nUser-Agent: sluice\r\n"
        "Accept: image/jpeg, image/png, image/webp\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n"
    ).encode("ascii")


def _get_location(url: str, headers: HTTPMessage) -> str:
    location = headers.get("Location")
    if not location:
        raise http_response.bad_response_error("redirects without a Location header")
    # Servers send characters unencoded that an address may contain only percent-encoded.
    encoded = quote(location.strip().encode("latin-1", "replace"), safe=_PRINTABLE)
    try:
        return urljoin(url, encoded)
    except ValueError:
        raise http_response.bad_response_error("redirects to an address that is not valid") from None


def _check_status(status: int, address: WebAddress) -> None:
    if status == 200:
        return
    prefix = f"The server {address.host} answered {status}"
    if status in _TRANSIENT or status >= 500:
        raise SourceUnavailableError(f"{prefix}.")
    if status in (404, 410):
        raise InputError(Code.NOT_FOUND, f"{prefix}: there is no such image; check the address.")
    if status in _DENIED:
        raise InputError(Code.DENIED, f"{prefix}: it does not allow reading this address; send a presigned one.")
    raise InputError(Code.BAD_RESPONSE, f"{prefix} instead of 200; check the address.")


def _translate_error(error: OSError, address: WebAddress) -> Exception:
    """Return the error of a connection that failed after it was established."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return InputError(
            Code.BAD_RESPONSE,
            f"The certificate of {address.host} is not trusted ({error.verify_message}); "
            "correct it or use another host.",
        )
    if isinstance(error, ssl.SSLError) and not isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return InputError(Code.BAD_RESPONSE, f"The server {address.host} does not support TLS as https requires it.")
    return SourceUnavailableError(f"The connection to {address.host} was lost.")
