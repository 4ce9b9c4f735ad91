"""Rules of the house that no linter knows, over the files themselves."""

from __future__ import annotations

import ast
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

from tests.project import ROOT

MODULES = sorted((ROOT / "dashboard").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "dashboard").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))
STYLES = sorted((ROOT / "static/css").rglob("*.css"))
FILES = [
    *(path for path in ROOT.iterdir() if path.is_file() and path.name != ".env"),
    *(
        path
        for folder in (".ci", "benchmarks", "dashboard", "docker", "docs", "scripts", "templates", "tests")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ),
]

LONGEST = 300  # lines of a module
PURE = ("timeline", "compliance", "dialnexa", "drawing")  # told the time, never asking for it
CLOCKS = {"now", "utcnow", "today", "localtime", "gmtime"}
# Where the environment is read, or handed on to a child process.
ENVIRONMENT = {"settings/environment.py", "wsgi.py", "management/commands/demo.py"}


def place(path: Path) -> str:
    return str(path.relative_to(ROOT))


def search(pattern: str, paths: list[Path]) -> list[str]:
    """Each match as "path: match"."""
    return [
        f"{place(path)}: {found.group()}"
        for path in paths
        for found in re.finditer(pattern, path.read_text(), re.MULTILINE)
    ]


class Markup(HTMLParser):
    """The elements of a template, Django's own tags taken out first: they may sit inside attributes."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", path.read_text(), flags=re.DOTALL)
        self.feed(re.sub(r"{[{%].*?[%}]}", "X", text, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))


def test_there_is_something_to_look_at() -> None:
    """The rules below look at modules, templates, scripts and styles that exist."""
    assert all([MODULES, TEMPLATES, SCRIPTS, STYLES])


def test_modules_are_short() -> None:
    """No module over 300 lines; migrations are written by a command."""
    ours = [path for path in MODULES if path.parent.name != "migrations"]

    long = [place(path) for path in ours if len(path.read_text().splitlines()) > LONGEST]

    assert long == []


def test_modules_say_their_duty() -> None:
    """Each module that holds code opens with a docstring; migrations explain themselves."""
    silent = [
        place(path)
        for path in MODULES
        if path.parent.name != "migrations" and path.read_text().strip()
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []


def test_module_names_say_what_they_hold() -> None:
    """A name that fits everything attracts everything."""
    names = {path.stem for path in MODULES}

    assert names & {"utils", "helpers", "common", "manager", "service", "core"} == set()


def test_modules_have_no_way_around_escaping_or_checks() -> None:
    """Output is escaped by the templates alone, forms keep their CSRF token, certificates are verified."""
    found = search(
        r"mark_safe|SafeString|SafeData|csrf_exempt|xframe_options_exempt|csp_exempt"
        r"|verify\s*=\s*False|CERT_NONE|check_hostname\s*=\s*False|_create_unverified",
        MODULES,
    )

    assert found == []


def test_environment_is_read_in_one_place() -> None:
    """Only the settings read the environment; wsgi.py and the demo command hand it on."""
    others = [path for path in MODULES if place(path).removeprefix("dashboard/") not in ENVIRONMENT]

    found = search(
        r"\b(?:os\.(?:environ|getenv)|from os import .*(?:environ|getenv)|import environs|from environs)", others
    )

    assert found == []


def test_pure_modules_never_ask_for_the_time() -> None:
    """The moment is an argument, so that every page has one now and every test its own."""
    asked = [
        f"{place(path)}: {node.value.id}.{node.attr}"
        for path in MODULES
        if path.parent.name in PURE
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if node.attr in CLOCKS and node.value.id in {"datetime", "date", "time"}
    ]

    assert asked == []


def test_cached_properties_of_pages_hold_no_lock() -> None:
    """Until Python 3.12 functools' own holds one for the whole class: a page that waits would stop all others."""
    others = [path for path in MODULES if path.relative_to(ROOT / "dashboard").parts[0] not in PURE]

    found = search(r"from functools import .*cached_property|functools\.cached_property", others)

    assert found == []


def test_templates_escape_everything() -> None:
    """No filter or tag that lets upstream's text become markup."""
    found = search(r"\|\s*(?:safe|safeseq)\b|{%\s*autoescape\s+off|csp_nonce", TEMPLATES)

    assert found == []


def test_templates_have_no_inline_script_or_style() -> None:
    """The content security policy refuses them, silently for whoever wrote them."""
    found = [
        f"{place(path)}: <{tag}> {given}"
        for path in TEMPLATES
        for tag, given in Markup(path).elements
        if tag == "style"
        or (tag == "script" and "src" not in given and given.get("type") != "application/json")
        or any(name == "style" or name.startswith(("on", "hx-on")) for name in given)
        or any(value.strip().lower().startswith(("javascript:", "js:")) for value in given.values())
    ]

    assert found == []


def test_templates_name_static_files_that_exist() -> None:
    """Of our own files; in production a name without its file is a fault of the whole page."""
    named = [
        (place(path), name)
        for path in TEMPLATES
        for name in re.findall(r"{%\s*static\s+['\"]((?:css|js|img|vendor)/[^'\"]+)['\"]", path.read_text())
    ]

    assert [pair for pair in named if not (ROOT / "static" / pair[1]).exists()] == []


def test_templates_name_no_other_host() -> None:
    """Scripts, pictures, links and forms stay on this site: no other host learns that a page was read."""
    found = [
        f"{place(path)}: <{tag} {name}={given[name]!r}>"
        for path in TEMPLATES
        for tag, given in Markup(path).elements
        for name in ("src", "srcset", "href", "action", "formaction", "data", "poster", "hx-get", "hx-post")
        if re.match(r"\s*(https?:)?//", given.get(name, ""))
    ]

    assert found == []


def test_posting_forms_carry_their_token() -> None:
    """Each form that posts has a CSRF token of its own."""
    found = [
        place(path)
        for path in TEMPLATES
        if path.read_text().count("{% csrf_token %}")
        != sum(tag == "form" and given.get("method", "").lower() == "post" for tag, given in Markup(path).elements)
    ]

    assert found == []


def test_own_assets_stay_on_this_site() -> None:
    """Our scripts and styles load nothing from other hosts, make no markup of text and evaluate none."""
    found = search(
        r"https?://(?!www\.w3\.org/)\S+|\burl\(\s*[\"']?//"
        r"|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function",
        SCRIPTS + STYLES,
    )

    assert found == []


def test_vendored_files_are_what_they_were() -> None:
    """Each built file that is checked in still has the checksum written down when it was built."""
    vendor = ROOT / "static/vendor"
    lines = [line for sums in vendor.glob("*.sha256") for line in sums.read_text().splitlines()]
    noted = {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}

    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in vendor.rglob("*.js")}

    assert found == noted


def test_documents_name_files_that_exist() -> None:
    """Each path that a document names or links is there; a moved module takes its mentions along."""
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    named = {
        (document, name.rstrip("/"))
        for document in documents
        for name in re.findall(
            r"`((?:dashboard|templates|static|tests|docs|scripts|benchmarks|docker)/[\w./-]*)`|\]\((?!https?:)([^)#]+)\)",
            document.read_text(),
        )
        for name in name
        if name
    }

    missing = [
        f"{place(document)}: {name}"
        for document, name in named
        if not (ROOT / name).exists() and not (document.parent / name).exists()
    ]

    assert sorted(missing) == []


def test_project_stands_alone() -> None:
    """No file names a machine's folders or its package sources."""
    text = [
        path for path in FILES if path.suffix in {".py", ".md", ".toml", ".txt", ".yml", ".yaml", ".html", ".sh", ""}
    ]

    found = search(r"/work/|(?:^|\s)--(?:index-url|extra-index-url|find-links)\s|file://", text)

    assert [line for line in found if not line.startswith(place(Path(__file__)))] == []
