"""Sentences written where Django's gettext must not be imported.

Pure modules raise and return English message templates with their parameters apart; a door
translates the template and then fills it in. ``gettext_noop`` marks a template for the
message extractor and changes nothing.
"""

from __future__ import annotations

from typing import Any

from labsys.lib.errors import InvalidInput


def gettext_noop(message: str) -> str:
    return message


def cited(given: object, most: int = 40) -> str:
    """Return what somebody gave as a sentence may cite it: short, and whatever it is."""
    try:
        return repr(given)[:most]
    except Exception:  # noqa: BLE001 - an integer of thousands of digits, an object that is broken
        return type(given).__name__[:most]


class Refused(InvalidInput):
    """Something a person or a machine offered cannot be taken as it is.

    ``str(error)`` is the English sentence; ``code`` is stable for programs; ``message`` and
    ``params`` let a door say it in another language.
    """

    def __init__(self, code: str, message: str, **params: object) -> None:
        super().__init__(message % params)
        self.code = code
        self.message = message
        self.params = params

    def to_json(self) -> dict[str, Any]:
        """Return what a row keeps of it, to be said in any language later."""
        return {
            "code": self.code,
            "message": self.message,
            "params": {name: str(value) for name, value in self.params.items()},
            "sentence": str(self),
        }
