"""The web process, in both modes; an address is given with --bind (127.0.0.1 unless told otherwise)."""

import os
import tempfile
from pathlib import Path

bind = "127.0.0.1:8000"
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True  # the programme is read once and shared by the workers
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = 10_000
max_requests_jitter = 1_000
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else str(Path(tempfile.gettempdir()))  # noqa: S108  (heartbeat files, in memory)
control_socket_disable = True  # nothing listens but the address above
accesslog = "-" if os.environ.get("WEB_ACCESS_LOG") else None
errorlog = "-"
limit_request_line = 8_190
