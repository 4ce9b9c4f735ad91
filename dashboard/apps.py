"""The one Django app: project and app together; and the admin, in which only what Leadline registers stands."""

import gc
from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin import apps as admin


class DashboardConfig(AppConfig):
    name = "dashboard"
    verbose_name = "Leadline"
    default = True

    def ready(self) -> None:
        # A long list or history is hundreds of thousands of objects without a cycle, all kept or all dropped: to look
        # for cycles among them every 700 objects takes as long as reading them.
        gc.set_threshold(50_000, 20, 50)
        for module in ("admin", "audit.signals", "checks", "signin"):  # each registers what is in it
            import_module(f"dashboard.{module}")


class LeadlineAdminConfig(admin.SimpleAdminConfig):
    """No discovery: what other apps would register needs rights that no role here has."""

    default_site = "dashboard.admin.site.LeadlineSite"
    default = False
