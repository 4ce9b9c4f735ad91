"""Environment -> settings, as an operator meets it: on the command line of a copy that has no .env."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.project import PRODUCTION, ROOT, manage

GUNICORN_NAMES = {"PORT", "WEB_CONCURRENCY", "WEB_THREADS"}
# Filled into docker-compose.yml by Docker, and read by nothing of ours.
COMPOSE_NAMES = {"POSTGRES_PASSWORD"}


def names_read_by_settings() -> set[str]:
    trees = [ast.parse(path.read_text()) for path in (ROOT / "dashboard/settings").glob("*.py")]
    return {
        ast.literal_eval(node.args[1])
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setting"
    }


def example_names() -> list[str]:
    return re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def test_example_names_exactly_what_is_read() -> None:
    """.env.example has every name that the settings and gunicorn.conf.py read, once, and no other."""
    read_by_gunicorn = re.findall(r'env\.int\([\'"](\w+)', (ROOT / "gunicorn.conf.py").read_text())

    names = example_names()

    assert len(names) == len(set(names))
    assert set(names) == names_read_by_settings() | GUNICORN_NAMES | COMPOSE_NAMES
    assert set(read_by_gunicorn) == GUNICORN_NAMES


def test_example_explains_every_name() -> None:
    """Above each name stands at least one line of explanation."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    explained = [
        above.startswith("# ") and len(above) > 20 for above, line in pairwise(lines) if re.match(r"#?[A-Z_]+=", line)
    ]

    assert explained
    assert all(explained)


def test_readme_names_every_setting() -> None:
    """The configuration table of the README is complete."""
    readme = (ROOT / "README.md").read_text()

    missing = [name for name in example_names() if f"`{name}`" not in readme]

    assert missing == []


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", None, "SECRET_KEY is not set. "),
        ("SECRET_KEY", "tooshort7", "SECRET_KEY can't be used as it is. "),
        ("TIME_ZONE", "Mars/Olympus", "TIME_ZONE can't be used as it is. Set it to a zone name such as Asia/Kolkata"),
        (
            "DIALNEXA_API_KEY",
            "id:secret_with\nnewline9e",
            "DIALNEXA_API_KEY can't be used as it is. Set it to the whole key",
        ),
    ],
)
def test_wrong_value_is_explained_and_never_printed(
    project_copy: Path, name: str, value: str | None, sentence: str
) -> None:
    """A missing or wrong value ends in a sentence that says what to do, and the value, maybe a secret, stays unseen."""
    environment = {key: text for key, text in (PRODUCTION | {name: value}).items() if text is not None}

    answer = manage(project_copy, "check", **environment)

    assert answer.returncode != 0
    assert sentence in answer.stderr
    assert ".env.example explains every setting." in answer.stderr
    if value:
        assert value not in answer.stderr
        assert value not in answer.stdout
        assert value.splitlines()[-1] not in answer.stderr


def test_secrets_are_read_from_files(project_copy: Path, tmp_path: Path) -> None:
    """NAME_FILE gives the content of the file, without the newline that editors leave; it wins over NAME."""
    key = tmp_path / "key"
    key.write_text("from_file:secret\n")

    answer = manage(
        project_copy,
        "shell",
        "--verbosity=0",
        "--command=from django.conf import settings; print(settings.DIALNEXA_API_KEY == 'from_file:secret')",
        **PRODUCTION | {"DIALNEXA_API_KEY_FILE": str(key)},
    )

    assert answer.stdout == "True\n"


def test_debug_is_off_and_https_on_by_default(project_copy: Path) -> None:
    """What nobody sets is the safe value."""
    answer = manage(project_copy, "diffsettings", "--all", **PRODUCTION)

    assert "DEBUG = False" in answer.stdout
    assert "SECURE_SSL_REDIRECT = True" in answer.stdout
    assert "SESSION_COOKIE_SECURE = True" in answer.stdout
    assert "'transaction_mode': 'IMMEDIATE'" in answer.stdout
