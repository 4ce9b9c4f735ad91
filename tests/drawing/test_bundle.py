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
BUNDLE = (VENDOR / "plotly-timeline.min.js").read_text()
RECIPE = (ROOT / "scripts/build_plotly.sh").read_text()


def test_bundle_is_the_version_of_the_python_package() -> None:
    """Attributes that graph_objects accepts are attributes that the browser draws."""
    assert re.findall(r'\.version="(\d[\d.]*)"', BUNDLE)[0] == get_plotlyjs_version()


def test_recipe_builds_that_version() -> None:
    """Building it again yields what is here."""
    assert f"PLOTLY={get_plotlyjs_version()} " in RECIPE


def test_checksums_match() -> None:
    """The file is the one that was built: by its checksum, and by its integrity value."""
    data = (VENDOR / "plotly-timeline.min.js").read_bytes()

    digest, name = (VENDOR / "plotly-timeline.min.js.sha256").read_text().split()
    assert (hashlib.sha256(data).hexdigest(), "plotly-timeline.min.js") == (digest, name)
    integrity = base64.b64encode(hashlib.sha384(data).digest()).decode()
    assert (VENDOR / "plotly-timeline.min.js.sri").read_text().strip() == f"sha384-{integrity}"


def test_bundle_builds_no_code_from_text() -> None:
    """No eval and no Function constructor: script-src needs no exception."""
    assert re.findall(r"(?:^|[^\w$.])(?:Function|eval)\(", BUNDLE) == []


def test_bundle_holds_no_path_of_the_machine_that_built_it() -> None:
    """Neither a home nor a temporary folder."""
    assert re.findall(r"/(?:home|root|tmp|work|Users)/[\w.-]+", BUNDLE) == []


def test_bundle_has_the_traces_of_the_timeline_and_no_maps() -> None:
    """Bar beside the scatter of the core."""
    assert 'name:"bar"' in BUNDLE
    assert "maplibregl" not in BUNDLE


def test_licence_is_here() -> None:
    """plotly.js may be passed on with its licence only."""
    assert "MIT License" in (VENDOR / "plotly.LICENSE").read_text()


@pytest.mark.parametrize("family", Family)
def test_families_have_colours(family: Family) -> None:
    """Each family the figure names is a colour of the page, in light and in dark."""
    sheet = (ROOT / "static/css/base.css").read_text()

    assert sheet.count(f"--family-{family}:") >= 2
