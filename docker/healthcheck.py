"""Exit 0 if the web process in this container answers /healthz. Speaks a host name that ALLOWED_HOSTS lets in."""

import os
from http.client import HTTPConnection

allowed = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
connection = HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=4)
connection.request("GET", "/healthz", headers={"Host": "localhost" if allowed in ("", "*") else allowed})
raise SystemExit(connection.getresponse().status != 200)
