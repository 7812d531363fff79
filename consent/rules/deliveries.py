"""What is told to others, and what became of each telling."""

from __future__ import annotations

from enum import StrEnum

from labsys.lib.states import StateTable


class Told(StrEnum):
    """What a notification is about."""

    REVOCATION = "REVOCATION"
    RECALL = "RECALL"
    ALERT = "ALERT"
    REMINDER = "REMINDER"


# What an address can be put down for; of a reminder the person alone is told.
TARGETED = (Told.REVOCATION, Told.RECALL, Told.ALERT)


class Channel(StrEnum):
    EMAIL = "EMAIL"
    WEBHOOK = "WEBHOOK"


class DeliveryState(StrEnum):
    WAITING = "WAITING"
    SENT = "SENT"
    # Its target was ended before it could be sent.
    GIVEN_UP = "GIVEN_UP"


_S = DeliveryState
DELIVERY = StateTable(
    name="notification",
    states=DeliveryState,
    initial=frozenset({_S.WAITING}),
    moves={_S.WAITING: frozenset({_S.SENT, _S.GIVEN_UP})},
)
