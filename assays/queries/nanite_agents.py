"""Of which agent results of nanites tell: loads and ratios are the only assays that make somebody a case."""

from __future__ import annotations

from assays.queries import benefits
from patients.queries import agents

# By this code or name the registry knows the agent, unless measures of benefits in force name another.
TEXTS = ("NANITES", "NANITE")


def are_told_of(text: str) -> bool:
    """Return whether results of nanites tell of the agent that a text names."""
    version = benefits.in_force()
    texts = TEXTS if version is None else (*TEXTS, agents.key(version.agent))
    return not set(agents.texts_naming(text)).isdisjoint(texts)
