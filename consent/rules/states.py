"""Every life cycle of this app, for the tests and the drawing."""

from __future__ import annotations

from typing import Any

from consent.rules.alerts import ALERT
from consent.rules.appointments import APPOINTMENT
from consent.rules.deliveries import DELIVERY
from consent.rules.departures import DEPARTURE
from consent.rules.recalls import RECALL
from consent.rules.rounds import SLOT
from labsys.lib.states import StateTable

TABLES: tuple[StateTable[Any], ...] = (ALERT, APPOINTMENT, DELIVERY, DEPARTURE, RECALL, SLOT)
