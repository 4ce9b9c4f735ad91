"""The one Django app: project and app together."""

import gc

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "dashboard"
    verbose_name = "Leadline"

    def ready(self) -> None:
        # A long list or history is hundreds of thousands of objects without a cycle, all kept or all dropped: to look
        # for cycles among them every 700 objects takes as long as reading them.
        gc.set_threshold(50_000, 20, 50)
        from dashboard import checks  # noqa: F401  (registers them)
