"""One guarded POST to another house: a fixed deadline, no redirect, no private address, no endless answer.

The name is resolved once and the connection goes to the very address that was checked, so that a name which changes
its mind in between (rebinding) gains nothing.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

MAX_ANSWER = 64 * 1024
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotAllowed(Exception):
    """The target is not one we may call."""


@dataclass(frozen=True)
class Answer:
    """What came back: at most MAX_ANSWER bytes of it."""

    status: int
    body: bytes


class _Line:
    """A socket that is cut when the deadline has passed, whatever the other side drips into it."""

    def __init__(self) -> None:
        self.socket: socket.socket | None = None
        self.was_cut = False

    def cut(self) -> None:
        self.was_cut = True
        if self.socket is not None:
            try:
                socket.socket.shutdown(self.socket, socket.SHUT_RDWR)
            except OSError:
                return


def post(url: str, *, body: bytes, headers: Mapping[str, str], timeout: float, allow_private: bool = False) -> Answer:
    """POST within `timeout` seconds in all. Raises NotAllowed, TimeoutError or OSError."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise NotAllowed("address")
    if parts.scheme == "http" and not allow_private:
        raise NotAllowed("unencrypted")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    target = _checked_address(parts.hostname, port, allow_private=allow_private)
    path = parts.path or "/"
    with _line(timeout) as line:
        connection = _connect(line, target, parts.hostname, port, timeout=timeout, encrypted=parts.scheme == "https")
        connection.request(
            "POST", f"{path}?{parts.query}" if parts.query else path, body, {**headers, "Connection": "close"}
        )
        response = connection.getresponse()
        return Answer(response.status, response.read(MAX_ANSWER))


@contextmanager
def _line(timeout: float) -> Iterator[_Line]:
    line = _Line()
    watch = threading.Timer(timeout, line.cut)
    watch.daemon = True
    watch.start()
    try:
        yield line
    except (OSError, http.client.HTTPException, ValueError) as error:
        if line.was_cut or isinstance(error, TimeoutError):
            raise TimeoutError(f"no answer within {timeout:g} s") from error
        if isinstance(error, OSError):
            raise
        raise OSError(f"not an HTTP answer ({type(error).__name__})") from error
    finally:
        watch.cancel()
        if line.socket is not None:
            line.socket.close()
    if line.was_cut:
        raise TimeoutError(f"no answer within {timeout:g} s")


def _connect(
    line: _Line, target: str, host: str, port: int, *, timeout: float, encrypted: bool
) -> http.client.HTTPConnection:
    line.socket = socket.create_connection((target, port), timeout)
    if encrypted:
        context = ssl.create_default_context()
        line.socket = context.wrap_socket(line.socket, server_hostname=host, do_handshake_on_connect=False)
        line.socket.do_handshake()
    connection = http.client.HTTPConnection(host, port)
    connection.default_port = 443 if encrypted else 80
    connection.sock = line.socket
    return connection


def _checked_address(host: str, port: int, *, allow_private: bool) -> str:
    """The first address of the name; refused when any of its addresses is not public."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not allow_private and not all(is_public(address) for address in found):
        raise NotAllowed("private network")
    return found[0]


def is_public(address: str) -> bool:
    """Whether an address belongs to the open internet, also when it hides in an IPv6 notation."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast
