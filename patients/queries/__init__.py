"""Reading the registry across its tables."""

from patients.queries import chains, contacts
from patients.queries.banners import Banner, banner
from patients.queries.contexts import context_at, facts
from patients.queries.identities import (
    Meanwhile,
    canonical,
    entries,
    entries_of,
    recorded_since_link,
)
from patients.queries.searches import Found, Hit, find, matching

__all__ = [
    "Banner",
    "Found",
    "Hit",
    "Meanwhile",
    "banner",
    "canonical",
    "chains",
    "contacts",
    "context_at",
    "entries",
    "entries_of",
    "facts",
    "find",
    "matching",
    "recorded_since_link",
]
