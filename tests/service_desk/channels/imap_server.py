"""A small IMAP server for tests: TLS with a certificate of its own, one user, one folder, what `imaplib` asks for."""

import datetime as dt
import ipaddress
import re
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "service@tessera.example", "p@ss:word/1"


@dataclass
class Folder:
    """The mails by UID with their flags, and what was asked of the server."""

    validity: int = 7
    mails: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, set[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    sizes: dict[int, int] = field(default_factory=dict)
    before: Callable[[str], None] = lambda command: None
    """Called before each command is answered; raising breaks the connection."""

    def put(self, raw: bytes) -> int:
        uid = max(self.mails, default=0) + 1
        self.mails[uid], self.flags[uid] = raw, set()
        return uid

    def unseen(self) -> list[int]:
        return [uid for uid, flags in self.flags.items() if "\\Seen" not in flags]


class Handler(socketserver.StreamRequestHandler):
    folder: Folder
    context: ssl.SSLContext
    starts_plain = False
    secure = False

    def setup(self) -> None:
        if not self.starts_plain:
            self.request = self.context.wrap_socket(self.request, server_side=True)
            self.secure = True
        super().setup()

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            tag, _, rest = line.partition(" ")
            self.folder.asked.append(re.sub(r"^(LOGIN) .*", r"\1", rest))
            try:
                self.folder.before(rest)
                if not self.answer(tag, rest):
                    return
            except ConnectionError:
                return

    def answer(self, tag: str, rest: str) -> bool:
        word = rest.split(" ")[0].upper()
        if word == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1 STARTTLS")
        elif word == "STARTTLS":
            self.say(f"{tag} OK begin")
            self.wfile.flush()
            self.request = self.context.wrap_socket(self.request, server_side=True)
            self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", buffering=0)
            self.secure = True
            return True
        elif word == "LOGIN":
            user, password = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', rest.partition(" ")[2])[:2]
            right = (user[0] or user[1], password[0] or password[1]) == (USER, PASSWORD) and self.secure
            if not right:
                self.say(f"{tag} NO wrong")
                return True
        elif word == "SELECT":
            self.say(f"* {len(self.folder.mails)} EXISTS")
            self.say(f"* OK [UIDVALIDITY {self.folder.validity}] valid")
        elif word == "UID":
            self.uid(rest.split(" ")[1].upper(), rest)
        elif word == "LOGOUT":
            self.say("* BYE")
            self.say(f"{tag} OK bye")
            return False
        self.say(f"{tag} OK done")
        return True

    def uid(self, word: str, rest: str) -> None:
        if word == "SEARCH":
            self.say(f"* SEARCH {' '.join(map(str, self.folder.unseen()))}".rstrip())
            return
        uid = int(rest.split(" ")[2])
        if uid not in self.folder.mails:
            return
        if word == "STORE":
            self.folder.flags[uid] |= set(re.findall(r"\\\w+", rest))
            return
        most = int(re.findall(r"<0\.(\d+)>", rest)[0])
        raw = self.folder.mails[uid][:most]
        size = self.folder.sizes.get(uid, len(self.folder.mails[uid]))
        self.wfile.write(
            f'* {uid} FETCH (UID {uid} RFC822.SIZE {size} INTERNALDATE "23-Nov-2026 12:00:00 +0800" '
            f"BODY[]<0> {{{len(raw)}}}\r\n".encode()
            + raw
            + b")\r\n"
        )


@contextmanager
def serving(folder: Folder, certificate: Path, *, starts_plain: bool = False) -> Iterator[int]:
    """The port on which the folder is served; `certificate` is written, for whoever wants to trust it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(certificate))
    handler = type("Served", (Handler,), {"folder": folder, "context": context, "starts_plain": starts_plain})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.handle_error = lambda *args: None  # type: ignore[method-assign]  # a client that does not trust us leaves
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def _certificate(path: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path
