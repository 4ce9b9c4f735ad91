"""The dashboard's own production settings; only static files go to the run's temporary folder."""

import os
from pathlib import Path

from dashboard.settings import *

STATIC_ROOT = Path(os.environ["BENCH_FOLDER"]) / "static"
