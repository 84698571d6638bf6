"""A backup as one file (RISK-09 · A8.2.3): a tar with a manifest that can prove the archive whole.

The manifest comes first and names every other member with its size and SHA-256; a member beside it holds the
manifest's own. Keys are never in it: only the names of the data keys with which personal data was sealed.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO

FORMAT = 1
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
CHUNK = 1024 * 1024


class BackupError(Exception):
    """A backup could not be made, is not whole, or may not be restored here; the text says which and why."""


@dataclass(frozen=True)
class Manifest:
    """What an archive holds and what it was made of."""

    format: int
    version: str
    made_at: str
    engine: str
    database: str
    migrations: list[str]
    rows: dict[str, int]
    data_key_ids: list[str]
    files: dict[str, dict[str, str | int]]

    @property
    def media(self) -> list[str]:
        return [name for name in self.files if name.startswith("media/")]


def write(target: Path, manifest: Manifest, sources: Mapping[str, Path]) -> None:
    """Write the archive. `sources` gives the file of every member that the manifest names."""
    described = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
    with tarfile.open(target, "w") as tar:
        _add(tar, MANIFEST, described)
        _add(tar, SEAL, hashlib.sha256(described).hexdigest().encode())
        for name, path in sources.items():
            tar.add(path, arcname=name, recursive=False)


def describe(path: Path) -> dict[str, str | int]:
    """Size and SHA-256 of a file, as the manifest names them."""
    with path.open("rb") as source:
        return {"sha256": _digest(source), "bytes": path.stat().st_size}


def check(path: Path) -> Manifest:
    """Read every byte of the archive; raises `BackupError` unless it is whole."""
    with _opened(path) as (tar, manifest):
        present = {member.name: member for member in tar}
        for name, known in manifest.files.items():
            if name not in present or not present[name].isfile():
                raise BackupError(f"{path.name} is damaged: {name} is missing.")
            if _digest(_member(tar, name)) != known["sha256"]:
                raise BackupError(f"{path.name} is damaged: {name} differs from what was saved.")
    return manifest


def extract(path: Path, name: str, to: Path) -> None:
    """Write one member to the file `to`."""
    with _opened(path) as (tar, _), to.open("wb") as target:
        source = _member(tar, name)
        while block := source.read(CHUNK):
            target.write(block)


def extract_media(path: Path, folder: Path) -> None:
    """Write every media file below `folder`."""
    with _opened(path) as (tar, manifest):
        for name in manifest.media:
            inside = PurePosixPath(name).relative_to("media")
            if inside.is_absolute() or ".." in inside.parts:
                raise BackupError(f"{path.name} names a file outside the media folder: {name}")
            target = folder / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_member(tar, name).read())


@contextmanager
def _opened(path: Path) -> Iterator[tuple[tarfile.TarFile, Manifest]]:
    try:
        with tarfile.open(path, "r:") as tar:
            described = _member(tar, MANIFEST).read()
            if hashlib.sha256(described).hexdigest().encode() != _member(tar, SEAL).read():
                raise BackupError(f"{path.name} is damaged: its manifest differs from what was saved.")
            found = json.loads(described)
            if found["format"] > FORMAT:
                raise BackupError(f"{path.name} was made by a newer Tessera ({found['version']}); upgrade first.")
            yield tar, Manifest(**found)
    except (tarfile.TarError, KeyError, TypeError, ValueError, EOFError) as error:
        raise BackupError(f"{path.name} is damaged or no backup: {error}") from error
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror or error}") from error


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    found = tar.extractfile(name)
    if found is None:
        raise KeyError(f"{name} is no file")
    return found


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    member.mode = 0o600
    tar.addfile(member, io.BytesIO(content))


def _digest(source: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := source.read(CHUNK):
        digest.update(block)
    return digest.hexdigest()
