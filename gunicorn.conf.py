"""How the web process serves: plain threads, since a page is one blocking upstream call.

gunicorn reads this file when it starts in this directory.
"""

import os
import shutil
import tempfile
from typing import Any

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
wsgi_app = "dashboard.wsgi"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "16"))
# These watch the worker, not one request: each upstream read has a deadline of its own.
timeout = 30
graceful_timeout = 30
max_requests = 2000
max_requests_jitter = 200
# The heartbeat file: memory, so that a slow disk can't make a worker look dead.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
# No remote control, and no access log: paths name leads.
control_socket_disable = True
accesslog = None

# Counters of all workers in one place, for /metrics: prometheus_client reads this name when the application is loaded.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="leadline-metrics-")


def child_exit(server: Any, worker: Any) -> None:
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
