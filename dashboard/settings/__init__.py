"""Environment -> settings. The only reader of the environment; .env.example explains every name."""

from dashboard.settings.base import *

from dashboard.settings.accounts import *  # isort: skip
from dashboard.settings.headers import *  # isort: skip
