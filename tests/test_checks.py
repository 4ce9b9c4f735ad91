"""What manage.py check says about an installation before anyone relies on it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from dashboard.checks import is_loopback
from dashboard.compliance import packs
from tests.project import PRODUCTION, ROOT, manage


def check(*, deploy: bool = False) -> str:
    """The findings of the security checks as text. Raises SystemCheckError for errors."""
    found = io.StringIO()
    call_command("check", tags=["security"], deploy=deploy, stdout=found, stderr=found)
    return found.getvalue()


def test_check_is_silent_when_all_is_set() -> None:
    """A key and a loopback address leave nothing to say."""
    assert "no issues" in check()


def test_missing_key_is_a_warning(settings) -> None:
    """Without a key the site runs, and check says that it can read nothing."""
    settings.DIALNEXA_API_KEY = ""

    found = check()

    assert "leadline.W001" in found


@pytest.mark.parametrize(
    "base_url",
    ["http://api.dialnexa.com", "http://10.0.0.7:8001", "http://127.0.0.1.example.org", "http://localhost.example"],
)
def test_plain_http_beyond_this_machine_is_an_error(settings, base_url: str) -> None:
    """A key never crosses a network in clear; a name that only looks like loopback is not loopback."""
    settings.DIALNEXA_BASE_URL = base_url

    with pytest.raises(SystemCheckError, match=r"leadline\.E001") as caught:
        check()

    assert settings.DIALNEXA_API_KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "verdict"),
    [
        ("http://127.0.0.1:8001", True),
        ("http://127.4.5.6", True),
        ("http://[::1]:8001", True),
        ("http://localhost:8001", True),
        ("http://0.0.0.0:8001", False),
        ("http://192.168.1.4", False),
        ("https://api.dialnexa.com", False),
        ("nonsense", False),
    ],
)
def test_loopback_is_recognised(url: str, verdict: bool) -> None:
    """Only addresses that never leave this machine count as loopback."""
    assert is_loopback(url) is verdict


def test_deployment_without_https_is_an_error(settings) -> None:
    """HTTPS=false passes on a laptop and never with --deploy."""
    settings.HTTPS = False

    with pytest.raises(SystemCheckError, match=r"leadline\.E002"):
        check(deploy=True)


def test_sqlite_without_immediate_transactions_is_an_error(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deferred SQLite transactions lose writes under load."""
    settings.HTTPS = True
    monkeypatch.setitem(settings.DATABASES["default"]["OPTIONS"], "transaction_mode", "DEFERRED")

    with pytest.raises(SystemCheckError, match=r"leadline\.E003"):
        check(deploy=True)


def test_production_settings_pass_every_deployment_check(project_copy: Path) -> None:
    """The least an operator must set is enough: not one warning from Django's own checks or ours."""
    answer = manage(project_copy, "check", "--deploy", "--fail-level=WARNING", **PRODUCTION)

    assert answer.stderr == ""
    assert answer.returncode == 0
    assert "no issues" in answer.stdout


def test_packs_in_a_folder_are_looked_at(tmp_path: Path, settings) -> None:
    """What is wrong with a file is told with its name; what is right can be chosen, and says nothing."""
    (tmp_path / "house.toml").write_text((ROOT / "tests/admin/pack.toml").read_text())
    settings.RULE_PACKS = str(tmp_path)
    call_command("check")
    assert "house" in packs.filed(settings.RULE_PACKS)

    packs.filed.cache_clear()
    (tmp_path / "other.toml").write_text("id = 7")

    with pytest.raises(SystemCheckError, match=r"RULE_PACKS can’t be used. other.toml: The pack can’t be used"):
        call_command("check")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("again.toml", (ROOT / "tests/admin/pack.toml").read_text(), "again.toml: another file has the id “house”"),
        (
            "mine.toml",
            (ROOT / "dashboard/compliance/packs/record.toml").read_text(),
            "“record” is the id of a pack that comes with Leadline",
        ),
        ("odd.toml", "\udcff", "odd.toml: "),
    ],
)
def test_packs_that_meet_are_refused(tmp_path: Path, settings, name: str, text: str, told: str) -> None:
    """Two of one id, one of ours, one that is no text."""
    (tmp_path / "a.toml").write_text((ROOT / "tests/admin/pack.toml").read_text())
    (tmp_path / name).write_text(text, errors="surrogateescape")
    settings.RULE_PACKS = str(tmp_path)

    with pytest.raises(SystemCheckError, match=told):
        call_command("check")


def test_missing_folder_of_packs_is_an_error(settings) -> None:
    """Said at once, and not on the first page that needs it."""
    settings.RULE_PACKS = "/nowhere/at/all"

    with pytest.raises(SystemCheckError, match="RULE_PACKS can’t be used"):
        call_command("check")
