"""Admin pages of the record: what was changed, and who looked."""

from labsys.audit.admin import events

__all__ = ["events"]
