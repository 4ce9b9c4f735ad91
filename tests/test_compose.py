"""docker-compose.yml and Dockerfile as files: what Docker itself would refuse or what would weaken the container."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from tests.project import ROOT
from tests.test_settings import GUNICORN_NAMES, names_read_by_settings

# What Docker's compose specification calls them; any other name is refused there or ignored.
SERVICE_KEYS = {
    *("build", "cap_drop", "command", "depends_on", "env_file", "environment", "healthcheck", "image", "init"),
    *("networks", "ports", "profiles", "read_only", "restart", "security_opt", "stop_grace_period", "tmpfs"),
    *("user", "volumes"),
}
HEALTH_KEYS = {"test", "interval", "timeout", "start_period", "retries"}
CONDITIONS = {"service_healthy", "service_completed_successfully"}
OURS = {"migrate", "web", "worker", "demo-upstream"}
# Read by the images of the database, not by Leadline.
POSTGRES_NAMES = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return content


def test_services_are_the_ones_documented(compose) -> None:
    """Web, worker, database and Redis, what prepares them, and the demo's upstream where it is asked for."""
    demo = {name for name, service in compose["services"].items() if service.get("profiles") == ["demo"]}

    assert set(compose["services"]) == {"migrate", "web", "worker", "db", "redis", "demo-upstream"}
    assert demo == {"demo-upstream"}


def test_services_have_known_keys_only(compose) -> None:
    """A misspelt key would be ignored or refused by Docker; neither is seen before it starts."""
    assert {key for key in compose if not key.startswith("x-")} == {"name", "services", "networks", "volumes"}
    for service in compose["services"].values():
        assert set(service) <= SERVICE_KEYS
        assert set(service.get("healthcheck", {})) <= HEALTH_KEYS
        assert set(service["networks"]) <= set(compose["networks"])


def test_services_wait_for_what_they_need(compose) -> None:
    """A dependency exists; whoever waits for its health waits for a service that has a health check."""
    for service in compose["services"].values():
        for name, dependency in service.get("depends_on", {}).items():
            assert dependency["condition"] in CONDITIONS
            needed = compose["services"][name]
            assert ("healthcheck" in needed) == (dependency["condition"] == "service_healthy")


def test_every_service_that_stays_is_watched_and_restarted(compose) -> None:
    """Only the migration ends by itself."""
    for name, service in compose["services"].items():
        assert ("healthcheck" in service, service["restart"]) == (
            (False, "no") if name == "migrate" else (True, "unless-stopped")
        )


def test_environment_names_are_known_to_the_settings(compose) -> None:
    """Each variable given to a container is one that somebody reads there."""
    known = names_read_by_settings() | GUNICORN_NAMES

    for name, service in compose["services"].items():
        assert set(service.get("environment", {})) <= (known if name in OURS else POSTGRES_NAMES)


def test_variables_of_the_file_are_explained(compose) -> None:
    """What Docker fills in from .env stands in .env.example."""
    text = (ROOT / "docker-compose.yml").read_text()
    example = (ROOT / ".env.example").read_text()

    names = set(re.findall(r"\$\{(\w+)", text))

    assert names == {"PORT", "POSTGRES_PASSWORD"}
    assert all(re.search(rf"^#?{name}=", example, re.MULTILINE) for name in names)


def test_services_run_with_the_least_rights(compose) -> None:
    """Read-only root, no capabilities, no new privileges, no root."""
    for name, service in compose["services"].items():
        assert service["read_only"] is True
        assert service["init"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert name in OURS or int(service["user"].partition(":")[0]) > 0


def test_only_the_web_process_is_reached_and_from_this_machine(compose) -> None:
    """Database, Redis and demo are on a network that leads nowhere else."""
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}

    assert compose["networks"]["inside"] == {"internal": True}
    assert list(published) == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in published["web"])
    assert {name for name, service in compose["services"].items() if "default" not in service["networks"]} == {
        *("db", "redis", "demo-upstream")
    }


def test_database_is_kept_and_redis_is_not(compose) -> None:
    """The database lies on a named volume; Redis, which holds copies of personal data, writes nothing to disk."""
    source, target = compose["services"]["db"]["volumes"][0].split(":")
    redis = compose["services"]["redis"]

    assert source in compose["volumes"]
    assert target == "/var/lib/postgresql/data"
    assert "volumes" not in redis
    assert redis["command"][1:5] == ["--save", "", "--appendonly", "no"]


def test_web_and_worker_share_database_and_redis(compose) -> None:
    """Addresses name the services, and the same ones."""
    web, worker = (compose["services"][name]["environment"] for name in ("web", "worker"))

    for name, host in (("DATABASE_URL", "@db:5432/"), ("REDIS_URL", "//redis:6379/")):
        assert web[name] == worker[name]
        assert host in web[name]


def test_health_checks_are_files_of_the_image(compose) -> None:
    """The command of each health check exists, is copied into the image and is let into the build."""
    dockerfile = (ROOT / "Dockerfile").read_text()
    files = {
        part
        for service in compose["services"].values()
        for part in service.get("healthcheck", {}).get("test", [])
        if part.endswith(".py")
    }

    assert 'CMD ["python", "docker/healthcheck.py"]' in dockerfile
    assert files == {"docker/healthcheck.py", "docker/healthcheck_worker.py"}
    for file in files:
        assert (ROOT / file).is_file()
        assert re.search(rf"^COPY .*\b{re.escape(file)}\b", dockerfile, re.MULTILINE)


def test_commands_exist(compose) -> None:
    """Each command of ours is a management command that this checkout has, or gunicorn."""
    commands = {name: compose["services"][name]["command"] for name in OURS}
    assert commands.pop("web")[0] == "gunicorn"

    known = get_commands()

    for command in commands.values():
        assert command[:2] == ["python", "manage.py"]
        assert command[2] in known


def test_everything_copied_into_the_image_exists_and_enters_the_build() -> None:
    """.dockerignore refuses all but what the Dockerfile copies."""
    dockerfile = (ROOT / "Dockerfile").read_text()
    allowed = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    copied = {
        source
        for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
        for source in sources.split()
    }

    assert copied == allowed
    assert all((ROOT / source).exists() for source in copied)


def test_image_does_not_run_as_root_and_installs_with_hashes() -> None:
    """The last USER is not root; every package is checked against its hash; no secret is baked in."""
    dockerfile = (ROOT / "Dockerfile").read_text()
    environment = dockerfile.partition("ENV ")[2].partition("\nRUN")[0]

    assert int(re.findall(r"^USER (\d+)$", dockerfile, re.MULTILINE)[-1]) > 0
    assert "--require-hashes -r /requirements.txt" in dockerfile
    assert "SECRET_KEY" not in environment
