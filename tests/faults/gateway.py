"""An SMS gateway on this machine that counts what it was given: what truly left the house."""

import http.server
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Gateway(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, *, takes: float) -> None:
        self.seen: Counter[str] = Counter()
        gateway = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                assert given["id"] == self.headers["webhook-id"]
                gateway.seen[given["id"]] += 1
                time.sleep(takes)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b'{"reference": "r"}')

            def log_message(self, *args: object) -> None:
                """Keep the test output clean."""

        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, *args: object) -> None:
        """Whoever hung up was killed."""

    @property
    def settings(self) -> dict[str, str]:
        return {
            "TESSERA_SMS_PROVIDER": "core.messaging.providers.HttpSms",
            "TESSERA_SMS_URL": f"http://127.0.0.1:{self.server_address[1]}/",
            "TESSERA_SMS_SECRET": SECRET,
            "TESSERA_SMS_ALLOW_PRIVATE": "1",
        }


@contextmanager
def gateway(*, takes: float = 0.0) -> Iterator[Gateway]:
    """`takes`: seconds that it takes to answer, after it has taken the message."""
    server = Gateway(takes=takes)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
