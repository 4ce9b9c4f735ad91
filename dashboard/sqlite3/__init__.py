"""The database engine of installations without PostgreSQL: Django's own for SQLite, with turns for writers."""
