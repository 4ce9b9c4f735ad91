"""Mozilla Observatory's own scoring of our headers, where npm can install it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.people import PASSWORD, person

pytestmark = pytest.mark.django_db

NAME = "@mdn/mdn-http-observatory"
VERSION = "1.4.8"
PATHS = ("/accounts/login/", "/shares/", "/access/", "/admin/", f"/s/{'x' * 43}/")
SCORE = f"""
import fs from "node:fs";
import {{ AxiosHeaders }} from "axios";
import {{ CookieJar }} from "tough-cookie";
import {{ ALL_TESTS }} from "./node_modules/{NAME}/src/constants.js";
import {{ getScoreModifier }} from "./node_modules/{NAME}/src/grader/grader.js";
import {{ Requests }} from "./node_modules/{NAME}/src/types.js";

const url = new URL("https://leadline.example.org/");
const answer = (status, headers) => ({{ status, headers: new AxiosHeaders(headers), verified: true, request: {{}} }});

function score(given) {{
  const jar = new CookieJar();
  for (const cookie of given.cookies) jar.setCookieSync(cookie, url.href);
  const seen = new Requests(url.hostname);
  seen.responses.auto = seen.responses.https = answer(given.status, given.headers);
  seen.responses.http = answer(given.status, given.headers);
  seen.responses.cors = answer(405, {{}});
  seen.responses.httpRedirects = [
    {{ url: new URL("http://leadline.example.org/"), status: 301 }},
    {{ url, status: 200 }},
  ];
  seen.resources.path = given.body;
  seen.session = {{ url, jar, response: seen.responses.https, redirectHistory: [] }};
  const results = ALL_TESTS.map((test) => test(seen));
  return results.map((one) => [one.constructor.name, one.result, getScoreModifier(one.result)]);
}}

console.log(JSON.stringify(JSON.parse(fs.readFileSync(0, "utf8")).map(score)));
"""


@pytest.fixture
def observatory(tmp_path: Path) -> Path:
    """A folder with the package and the script in it."""
    if not shutil.which("npm") or not shutil.which("node"):
        pytest.skip("npm is not installed.")
    # Its own install script fetches lists from the network, which these tests need not.
    npm = ["npm", "install", "--ignore-scripts", "--no-save", "--no-audit", "--no-fund", f"{NAME}@{VERSION}"]
    try:
        answer = subprocess.run(npm, cwd=tmp_path, capture_output=True, text=True, timeout=180, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("npm did not install Observatory in time.")
    if answer.returncode:
        pytest.skip("npm can't install Observatory here.")
    (tmp_path / "node_modules" / NAME / "conf" / "hsts-preload.json").write_text("{}")
    (tmp_path / "score.mjs").write_text(SCORE)
    return tmp_path


@pytest.fixture
def in_production(settings: Any) -> None:
    """What HTTPS=true sets."""
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"


def test_observatory_scores_a_hundred_or_more(observatory: Path, in_production: None) -> None:
    """No test of it takes a point away from any page."""
    person("superuser")
    client = Client()
    signed_in = client.post("/accounts/login/", {"login": "sue", "password": PASSWORD}, secure=True)
    given = []
    for path in PATHS:
        response = client.get(path, secure=True)
        cookies = {**signed_in.cookies, **response.cookies}
        assert all(cookie.key.startswith("__Host-") for cookie in cookies.values())
        given.append(
            {
                "status": 200,
                "headers": dict(response.items()),
                "cookies": [cookie.OutputString() for cookie in cookies.values()],
                "body": response.content.decode(),
            }
        )

    node = [str(shutil.which("node")), "score.mjs"]
    body = json.dumps(given)
    answer = subprocess.run(node, cwd=observatory, input=body, capture_output=True, text=True, timeout=60, check=False)

    assert answer.returncode == 0, answer.stderr[-2000:]
    for path, results in zip(PATHS, json.loads(answer.stdout), strict=True):
        assert len(results) >= 9, path
        assert [result for result in results if result[2] < 0] == [], path
