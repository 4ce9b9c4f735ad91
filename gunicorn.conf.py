"""How the web process serves: plain threads, since a page is one blocking upstream call.

gunicorn reads this file when it starts in this directory.
"""

import os
import shutil
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

from environs import Env

# As the settings do: what is not in the environment comes from .env.
env = Env()
env.read_env(str(Path(__file__).resolve().with_name(".env")), recurse=False)
bind = f"127.0.0.1:{env.int('PORT', 8000)}"
wsgi_app = "dashboard.wsgi"
worker_class = "gthread"
workers = env.int("WEB_CONCURRENCY", 2)
threads = env.int("WEB_THREADS", 64)
# These watch the worker, not one request: each upstream read has a deadline of its own.
timeout = 30
graceful_timeout = 30
max_requests = 2000
max_requests_jitter = 1000  # so much that the workers of one start hardly ever begin anew together
# The heartbeat file: memory, so that a slow disk can't make a worker look dead.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
# No remote control, and no access log: paths name leads.
control_socket_disable = True
accesslog = None

# Counters of all workers in one place, for /metrics: prometheus_client reads this name when the application is loaded.
# A reload reads this file again, and stays with the folder.
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="leadline-metrics-")


def pre_fork(server: Any, worker: Any) -> None:
    """A worker's place, from 0 up: whoever follows it there goes on with its files, so that they stay few."""
    taken = {other.slot for other in server.WORKERS.values()}
    worker.slot = next(slot for slot in count() if slot not in taken)


def post_fork(server: Any, worker: Any) -> None:
    from prometheus_client import values

    values.ValueClass = values.MultiProcessValue(lambda: worker.slot)  # type: ignore[no-untyped-call]


def child_exit(server: Any, worker: Any) -> None:
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.slot)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
