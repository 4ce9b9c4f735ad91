"""The measurements of scale.py in a process of their own: lists, board and scans, as one line of JSON on stdout."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from benchmarks.coverage_process import coverage

WORKFLOW = "workflow_scale01"
LEADS = 100_000
HISTORIES = 5_000
LATENCY = 0.05
CONCURRENCY = 32
ROUNDS = 5


def main() -> None:
    folder = Path(sys.argv[1])
    os.environ.update(
        SECRET_KEY="only-for-a-benchmark-" + "k" * 40,
        DEBUG="false",
        HTTPS="false",
        ALLOWED_HOSTS="testserver",
        LOG_LEVEL="WARNING",
        DATABASE_URL=f"sqlite:///{folder}/scale.sqlite3",
        REDIS_URL="",
        TASK_BACKEND="database",
        DIALNEXA_API_KEY="bench:key",
        BENCH_FOLDER=str(folder),
        DJANGO_SETTINGS_MODULE="benchmarks.site_settings",
    )
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    print(json.dumps({"lists": lists(), "board": board(), "coverage": coverage(cpu, WORKFLOW), "scan": scan()}))


def cpu(act: Callable[[], Any], rounds: int = ROUNDS) -> list[float]:
    """Milliseconds of this process's CPU, round by round."""
    found = []
    for _ in range(rounds):
        began = time.process_time()
        act()
        found.append((time.process_time() - began) * 1000)
    return found


def memory(pid: int | str = "self") -> float:
    """Megabytes that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def lists() -> dict[str, Any]:
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    from dashboard import upstream
    from dashboard.demo.server import DemoServer
    from dashboard.demo.world import to_json
    from dashboard.dialnexa import parse
    from dashboard.dialnexa.decode import decode

    row = {
        "phone_number": "+919812345678",
        "dynamic_variables": {"customer_name": "Asha Rao", "loan_amount": "4200000"},
    }
    rows = [
        {"id": f"lead_scan_{n:05}", **row, "status": "active", "createdAt": "2026-07-03T10:30:00.000Z"}
        for n in range(LEADS)
    ]
    body = to_json({"statusCode": 200, "message": "Leads fetched successfully", "data": rows, "count": LEADS})
    now = datetime.now(UTC)

    def first_page() -> None:
        page = parse.leads(decode(body), workflow_id=WORKFLOW, page=1, limit=100, now=now)
        assert len(page.items[:100]) == 100

    bare, ours = cpu(lambda: json.loads(body)), cpu(first_page)
    size = len(body) / 1e6
    person = Client()
    person.force_login(User.objects.create_superuser("lists"))
    with DemoServer(key=settings.DIALNEXA_API_KEY, scan_leads=LEADS) as demo:
        settings.DIALNEXA_BASE_URL = demo.url
        upstream.forget()
        url = f"/workflows/{WORKFLOW}/"
        person.get("/?all=1")
        upstream.client().leads("workflow_homeloan01")
        # The demo makes its own list once, in more time than a page would wait.
        key = {"Authorization": f"Bearer {settings.DIALNEXA_API_KEY}"}
        urlopen(Request(f"{demo.url}/v1/workflows/{WORKFLOW}/leads", headers=key), timeout=120).read()
        person.get("/workflows/workflow_homeloan01/")  # templates and the like, which are there once
        before = memory()
        person.get(url)
        after = memory()
        upstream.LEADS_FRESH = timedelta(hours=1)
        pages = {
            "kept, first page": cpu(lambda: person.get(url)),
            "kept, page 900": cpu(lambda: person.get(f"{url}?page=900")),
            "kept, sorted by id": cpu(lambda: person.get(f"{url}?sort=-id"), rounds=6)[1:],
            "kept, one status": cpu(lambda: person.get(f"{url}?status=active")),
            "kept, sorted by enrolment": cpu(lambda: person.get(f"{url}?sort=enrolled"), rounds=6)[1:],
        }
        upstream.forget()
    return {"size": size, "bare": bare, "ours": ours, "memory": max(0.0, after - before), "pages": pages}


def board() -> dict[str, Any]:
    from django.contrib.auth.models import User
    from django.core.cache import cache
    from django.test import Client

    from dashboard import upstream
    from dashboard.models import Digest
    from dashboard.scan.digests import keep
    from dashboard.timeline.model import Lead, Timeline, Visit, Workflow
    from dashboard.upstream.copies import Read

    now = datetime.now(UTC)
    person = Client()
    person.force_login(User.objects.create_superuser("board"))
    found: dict[str, Any] = {}
    for count in (1_000, LEADS):
        name = f"wf_{count}"
        for start in range(0, count, 5_000):
            timelines = []
            for number in range(start, min(count, start + 5_000)):
                since = now - timedelta(hours=1 + number % 50)
                visits = (
                    Visit(1, 1, "node_call", "VOICE_CALL", "Call", "no_answer", entered_at=since, left_at=since),
                    Visit(
                        *(2, 2, f"node_{number % 9}", "TIME", f"Wait {number % 9}", "waiting"),
                        entered_at=since,
                        due_at=now + timedelta(hours=5 if number % 20 else -5),
                        is_open=True,
                    ),
                )
                timelines.append((Timeline(name, Lead(f"lead_{number}", status="active"), visits), now))
            keep(name, timelines)
        upstream._records.keep(("workflow", name), Read(Workflow(name, name, "active"), now))

        def cold(name: str = name) -> None:
            cache.clear()
            person.get(f"/workflows/{name}/stuck/")

        person.get("/healthz")
        found[str(count)] = {
            "cold": cpu(cold),
            "warm": cpu(lambda name=name: person.get(f"/workflows/{name}/stuck/")),  # type: ignore[misc]
        }
    Digest.objects.all().delete()
    return found


def scan() -> dict[str, Any]:
    from django.conf import settings

    from dashboard.demo.server import DemoServer

    with DemoServer(key=settings.DIALNEXA_API_KEY, latency=LATENCY, scan_leads=HISTORIES) as demo:
        return {
            "one worker": run(demo, workers=1, rate=0),
            "two workers": run(demo, workers=2, rate=0),
            "one of two killed": run(demo, workers=2, rate=0, is_one_killed=True),
            "one worker, 200 a second": run(demo, workers=1, rate=200),
        }


def run(demo: Any, *, workers: int, rate: int, is_one_killed: bool = False) -> dict[str, Any]:
    """One scan by so many processes: seconds, histories read more than once or not at all, megabytes on the way."""
    from django.conf import settings
    from django.utils import timezone

    from dashboard.models import Digest, Scan, ScanItem
    from dashboard.scan import orders

    demo.reset()
    Digest.objects.all().delete()
    scan = Scan.objects.create(
        workflow_id=WORKFLOW,
        state=Scan.State.RUNNING,
        created_at=timezone.now(),
        started_at=timezone.now(),
        listed=HISTORIES,
    )
    names = (f"lead_scan_{number:05}" for number in range(1, HISTORIES + 1))
    ScanItem.objects.bulk_create(
        (ScanItem(scan=scan, lead_id=name, position=at) for at, name in enumerate(names)), batch_size=500
    )
    environment = os.environ | {
        "DIALNEXA_BASE_URL": demo.url,
        "SCAN_REQUESTS_PER_SECOND": str(rate),
        "SCAN_CONCURRENCY": str(CONCURRENCY),
        "SCAN_WORKERS": str(workers),
        "SCAN_LEASE_SECONDS": "5",
    }
    command = [sys.executable, "manage.py", "worker", "--round=1"]
    processes = [
        subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(workers)
    ]
    time.sleep(3)  # they are up, and wait for a task
    settings.SCAN_WORKERS = workers
    orders._tell(scan)
    while not demo.requests:
        time.sleep(0.005)
    began = time.monotonic()
    megabytes = [memory(processes[-1].pid)]
    try:
        while not Scan.objects.filter(pk=scan.pk, state=Scan.State.DONE).exists():
            assert time.monotonic() - began < 240, "the scan does not end"
            time.sleep(0.1)
            megabytes.append(memory(processes[-1].pid))
            if is_one_killed and len(demo.requests) > HISTORIES / 3:
                processes[0].kill()
                is_one_killed = False
        seconds = time.monotonic() - began
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(30)
    asked = Counter(path for _, path in demo.requests)
    middle = megabytes[len(megabytes) // 2]
    return {
        "seconds": seconds,
        "twice": sum(count - 1 for count in asked.values()),
        "missing": HISTORIES - Digest.objects.count(),
        "megabytes": [megabytes[len(megabytes) // 10], middle, megabytes[-1]],
    }


if __name__ == "__main__":
    main()
