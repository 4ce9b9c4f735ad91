"""docker-compose.yml and Dockerfile as files: what Docker itself would refuse or what would weaken the container."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.project import ROOT
from tests.test_settings import GUNICORN_NAMES, names_read_by_settings

SERVICE_KEYS = {
    "build",
    "cap_drop",
    "env_file",
    "environment",
    "healthcheck",
    "image",
    "init",
    "ports",
    "read_only",
    "restart",
    "security_opt",
    "stop_grace_period",
    "tmpfs",
    "volumes",
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return content


def test_services_have_known_keys_only(compose) -> None:
    """A misspelt key would be ignored or refused by Docker; neither is seen before it starts."""
    assert set(compose) == {"name", "services", "volumes"}
    for service in compose["services"].values():
        assert set(service) <= SERVICE_KEYS


def test_environment_names_are_known_to_the_settings(compose) -> None:
    """Each variable given to a container is one that somebody reads there."""
    known = names_read_by_settings() | GUNICORN_NAMES

    for service in compose["services"].values():
        assert set(service["environment"]) <= known


def test_services_run_with_the_least_rights(compose) -> None:
    """Read-only root, no capabilities, no new privileges, reachable from this machine only."""
    for service in compose["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_volumes_are_declared_and_hold_the_database(compose) -> None:
    """The database lies on a named volume, so that a new container finds it again."""
    web = compose["services"]["web"]
    source, target = web["volumes"][0].split(":")

    assert source in compose["volumes"]
    assert web["environment"]["DATABASE_URL"].startswith(f"sqlite:///{target}/")


def test_health_check_is_a_file_of_the_image(compose) -> None:
    """The command of both health checks exists, is copied into the image and is let into the build."""
    command = compose["services"]["web"]["healthcheck"]["test"]
    dockerfile = (ROOT / "Dockerfile").read_text()

    assert command == ["CMD", "python", "docker/healthcheck.py"]
    assert (ROOT / command[2]).is_file()
    assert f'CMD ["python", "{command[2]}"]' in dockerfile
    assert f"COPY {command[2]}" in dockerfile


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
