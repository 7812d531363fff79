"""Admin pages of people's logins, roles and instruments' keys."""

from labsys.accounts.admin import keys, roles, sessions, users

__all__ = ["keys", "roles", "sessions", "users"]
