"""The vendored plotly.js: the version plotly for Python was made for, and safe under a strict policy."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from plotly.offline import get_plotlyjs_version

from dashboard.timeline.status import Family
from tests.project import ROOT

VENDOR = ROOT / "static/vendor"
NAMES = ("plotly-timeline.min.js", "plotly-flow.min.js")
RECIPE = (ROOT / "scripts/build_plotly.sh").read_text()

each = pytest.mark.parametrize("bundle", NAMES)


def text(bundle: str) -> str:
    return (VENDOR / bundle).read_text()


@each
def test_bundle_is_the_version_of_the_python_package(bundle: str) -> None:
    """Attributes that graph_objects accepts are attributes that the browser draws."""
    assert re.findall(r'\.version="(\d[\d.]*)"', text(bundle))[0] == get_plotlyjs_version()


@each
def test_recipe_builds_that_version(bundle: str) -> None:
    """Building it again yields what is here."""
    assert f"PLOTLY={get_plotlyjs_version()} " in RECIPE
    assert bundle in RECIPE


@each
def test_checksums_match(bundle: str) -> None:
    """The file is the one that was built: by its checksum, and by its integrity value."""
    data = (VENDOR / bundle).read_bytes()

    digest, name = text(f"{bundle}.sha256").split()
    assert (hashlib.sha256(data).hexdigest(), bundle) == (digest, name)
    integrity = base64.b64encode(hashlib.sha384(data).digest()).decode()
    assert text(f"{bundle}.sri").strip() == f"sha384-{integrity}"


@each
def test_bundle_builds_no_code_from_text(bundle: str) -> None:
    """No eval and no Function constructor: script-src needs no exception."""
    assert re.findall(r"(?:^|[^\w$.])(?:Function|eval)\(", text(bundle)) == []


@each
def test_bundle_holds_no_path_of_the_machine_that_built_it(bundle: str) -> None:
    """Neither a home nor a temporary folder."""
    assert re.findall(r"/(?:home|root|tmp|work|Users)/[\w.-]+", text(bundle)) == []


@each
def test_bundle_has_its_own_trace_and_no_maps(bundle: str) -> None:
    """Bar for the timeline, sankey for the flow, beside the scatter of the core."""
    own = {"plotly-timeline.min.js": "bar", "plotly-flow.min.js": "sankey"}

    assert [name for name in own.values() if f'name:"{name}"' in text(bundle)] == [own[bundle]]
    assert "maplibregl" not in text(bundle)


def test_licence_is_here() -> None:
    """plotly.js may be passed on with its licence only."""
    assert "MIT License" in (VENDOR / "plotly.LICENSE").read_text()


@pytest.mark.parametrize("family", Family)
def test_families_have_colours(family: Family) -> None:
    """Each family the figure names is a colour of the page, in light and in dark."""
    sheet = (ROOT / "static/css/base.css").read_text()

    assert sheet.count(f"--family-{family}:") >= 2
