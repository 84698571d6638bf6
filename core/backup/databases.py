"""How each database is saved, loaded in one transaction, and tried in a scratch copy."""

import gzip
import os
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, cast
from urllib.parse import quote, urlencode

import psycopg2
from django.db import connection

from core.backup.archive import BackupError

# A schema made anew lacks the right that PostgreSQL gives everybody on the first one: other log-ins would find no table.
EMPTY = "DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\nGRANT USAGE ON SCHEMA public TO PUBLIC;\n"


@dataclass(frozen=True)
class Scratch:
    """A throw-away database filled from a backup: its address for `DATABASE_URL`, and its row counts."""

    url: str
    rows: dict[str, int]


class Database(Protocol):
    file: str

    def dump(self, to: Path) -> dict[str, int]:
        """Save everything as of one moment to a file; returns the rows per table at that moment."""

    def load(self, source: Path) -> dict[str, int]:
        """Replace everything by what the file holds, wholly or not at all; returns the rows per table."""

    def scratch(self, source: Path) -> Any:
        """A context with a `Scratch` made from the file."""


def current() -> Database:
    """The one for the database that is configured."""
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()


def is_empty() -> bool:
    return not connection.introspection.table_names()


class SQLite:
    """Through SQLite's online backup, which copies a consistent state while others read and write."""

    file = "database.sqlite3.gz"

    def dump(self, to: Path) -> dict[str, int]:
        plain = to.with_suffix("")
        with closing(sqlite3.connect(plain)) as copy:
            self._live().backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            rows = _rows_of_file(copy)
        with plain.open("rb") as source, gzip.open(to, "wb", compresslevel=6) as target:
            shutil.copyfileobj(source, target)
        plain.unlink()
        return rows

    def load(self, source: Path) -> dict[str, int]:
        plain = _unpacked(source)
        with closing(sqlite3.connect(plain)) as copy:
            copy.backup(self._live())
        plain.unlink()
        return _rows_of_file(self._live())

    @contextmanager
    def scratch(self, source: Path) -> Iterator[Scratch]:
        with tempfile.TemporaryDirectory() as folder:
            plain = Path(folder) / "scratch.sqlite3"
            _unpacked(source).replace(plain)
            with closing(sqlite3.connect(plain)) as copy:
                rows = _rows_of_file(copy)
            yield Scratch(f"sqlite:///{plain}", rows)

    def _live(self) -> sqlite3.Connection:
        connection.ensure_connection()
        live: sqlite3.Connection = connection.connection
        return live


def _unpacked(source: Path) -> Path:
    plain = source.with_suffix("")
    with gzip.open(source, "rb") as packed, plain.open("wb") as target:
        shutil.copyfileobj(packed, target)
    with closing(sqlite3.connect(plain)) as copy:
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise BackupError(f"the database in the backup is damaged: {found}")
    return plain


def _rows_of_file(database: sqlite3.Connection) -> dict[str, int]:
    listed = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
    )
    names = [name for (name,) in listed.fetchall()]
    return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


class PostgreSQL:
    """Through pg_dump and pg_restore, whose version must not be older than the server's."""

    file = "database.dump"

    def dump(self, to: Path) -> dict[str, int]:
        with closing(psycopg2.connect(**self._connection())) as reader:
            reader.set_session(isolation_level="REPEATABLE READ", readonly=True)
            with reader.cursor() as cursor:
                cursor.execute("SELECT pg_export_snapshot()")
                (snapshot,) = cursor.fetchone()
                rows = _rows_of_server(cursor)
                options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
                self._run(["pg_dump", *options, f"--file={to}"])
        return rows

    def load(self, source: Path) -> dict[str, int]:
        name = str(connection.settings_dict["NAME"])
        self._replay(source, name, EMPTY)
        connection.close()
        with closing(psycopg2.connect(**self._connection())) as reader, reader.cursor() as cursor:
            return _rows_of_server(cursor)

    @contextmanager
    def scratch(self, source: Path) -> Iterator[Scratch]:
        name = f"tessera_check_{secrets.token_hex(6)}"
        with closing(psycopg2.connect(**self._connection())) as owner:
            owner.autocommit = True
            with owner.cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
                try:
                    self._replay(source, name, EMPTY)
                    with closing(psycopg2.connect(**self._connection(name))) as reader, reader.cursor() as counter:
                        rows = _rows_of_server(counter)
                    yield Scratch(self.address(name), rows)
                finally:
                    cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _replay(self, source: Path, name: str, first: str) -> None:
        """Run the dump in one transaction, committed only when pg_restore has come to its end."""
        restore = [_client("pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error", "--file=-", str(source)]
        psql = [_client("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={name}"]
        with tempfile.TemporaryFile() as errors:
            writer = subprocess.Popen(
                psql, stdin=subprocess.PIPE, stdout=errors, stderr=errors, env=self._environment()
            )
            reader = subprocess.Popen(restore, stdout=subprocess.PIPE, stderr=errors)
            told, dumped = cast(IO[bytes], writer.stdin), cast(IO[bytes], reader.stdout)
            try:
                told.write(f"BEGIN;\nSET LOCAL lock_timeout = '10s';\n{first}".encode())
                shutil.copyfileobj(dumped, told)
                if reader.wait() == 0:
                    told.write(b"\nCOMMIT;\n")
                told.close()
            except BrokenPipeError:
                dumped.close()
            if reader.wait() or writer.wait():
                raise BackupError(f"nothing was restored: {_last_lines(errors)}")

    def _run(self, command: Sequence[str]) -> None:
        done = subprocess.run(
            [_client(command[0]), *command[1:]], env=self._environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise BackupError(f"{command[0]}: {done.stderr.strip()}")

    def _connection(self, name: str | None = None) -> dict[str, Any]:
        wanted = connection.get_connection_params()
        known = {
            key: wanted[key] for key in ("host", "port", "user", "password", "sslmode", "sslrootcert") if key in wanted
        }
        return known | {"dbname": name or str(wanted["dbname"])}

    def _environment(self) -> dict[str, str]:
        """How the clients are told where to go; a password on a command line could be read by others."""
        told = {
            "dbname": "PGDATABASE",
            "host": "PGHOST",
            "port": "PGPORT",
            "user": "PGUSER",
            "password": "PGPASSWORD",
            "sslmode": "PGSSLMODE",
            "sslrootcert": "PGSSLROOTCERT",
        }
        return os.environ | {told[key]: str(value) for key, value in self._connection().items()}

    def address(self, name: str) -> str:
        """`DATABASE_URL` of another database on the same server."""
        known = self._connection()
        who = quote(str(known.get("user", "")), safe="")
        if known.get("password"):
            who += ":" + quote(str(known["password"]), safe="")
        host = str(known.get("host", ""))
        place = "" if host.startswith("/") else quote(host, safe="[]:")  # a socket's folder stands in the path
        place += f":{known['port']}" if known.get("port") else ""
        path = f"{host}/{name}" if host.startswith("/") else name
        options = {str(key): str(known[key]) for key in ("sslmode", "sslrootcert") if key in known}
        return f"postgres://{who}@{place}/{path}" + (f"?{urlencode(options)}" if options else "")


def _client(name: str) -> str:
    found = shutil.which(name)
    if not found:
        raise BackupError(
            f"{name} is missing: install PostgreSQL's client programmes, of the server's version or newer."
        )
    return found


def _rows_of_server(cursor: Any) -> dict[str, int]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    rows = {}
    for (name,) in cursor.fetchall():
        cursor.execute(f'SELECT count(*) FROM public."{name}"')
        rows[name] = cursor.fetchone()[0]
    return rows


def _last_lines(errors: IO[bytes]) -> str:
    errors.seek(0)
    return b" ".join(errors.read().splitlines()[-3:]).decode(errors="replace")
