"""Errors that people read: each message is a sentence that says what happened and what to do."""

from __future__ import annotations

from collections.abc import Sequence


class Refusal(Exception):
    """An action was refused for a reason its reader can act upon.

    The message is shown to the doctor, technologist or instrument as it stands, so it names
    the value, the rule and the way out, and never holds a secret or somebody's personal data.
    """

    status = 409
    kind = "refused"


class NotAllowed(Refusal):
    """The principal lacks the permission for this action."""

    status = 403
    kind = "not-allowed"


class NotFound(Refusal):
    """The object does not exist, or is out of this principal's reach (the two look alike)."""

    status = 404
    kind = "not-found"


class InvalidInput(Refusal):
    """Something given cannot be accepted as it stands.

    `field` names the input (a form field, or a JSON pointer) that has to be changed.
    """

    status = 422
    kind = "invalid-input"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class InvalidInputs(InvalidInput):
    """Several things given cannot be accepted; nothing was. `errors` pairs each input with why."""

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__(errors[0][1], field=errors[0][0])
        self.errors = tuple(errors)


class Conflict(Refusal):
    """The state expected by the caller is not the state found."""

    kind = "conflict"
