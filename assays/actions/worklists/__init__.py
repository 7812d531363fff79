"""What instruments are told to measure: answers to their questions, and work they did not ask for."""

from __future__ import annotations

from assays.actions.worklists.answering import PATIENCE, Asked, answer, read
from assays.actions.worklists.following import FOLLOW_UP, take_answers
from assays.actions.worklists.telling import finish, tell
from assays.queries.worklists import ANSWER

__all__ = [
    "ANSWER",
    "FOLLOW_UP",
    "PATIENCE",
    "Asked",
    "answer",
    "finish",
    "read",
    "take_answers",
    "tell",
]
