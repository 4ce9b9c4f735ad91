"""The one Django app: project and app together."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "dashboard"
    verbose_name = "Leadline"

    def ready(self) -> None:
        from dashboard import checks  # noqa: F401  (registers them)
