"""The admin: accounts, share links, the access trail, legal holds."""

from dashboard.admin import audit, share, users

__all__ = ["audit", "share", "users"]
