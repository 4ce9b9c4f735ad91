"""The admin: the review queue, rule packs, accounts, share links, the access trail, legal holds."""

from dashboard.admin import audit, packs, review, share, users

__all__ = ["audit", "packs", "review", "share", "users"]
