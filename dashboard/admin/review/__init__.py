"""The review queue in the admin: its list, and a lead's page with what a reviewer needs beside the form."""

from dashboard.admin.review import queue

__all__ = ["queue"]
