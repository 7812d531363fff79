"""What hospitals told is read again as soon as what it waits for is here: announced, or found later."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from assays.actions import held_items
from assays.actions.hospital.items import code_key, order_key, person_key, place_key
from assays.models import CodeMapping, OrderNumber, PanelMapping
from assays.models.versioned import Versioned
from assays.queries import hospital_held as queries
from assays.rules.filing import Hold
from labsys.accounts.models import Principal
from patients.models import Location, PersonIdentifier
from patients.queries import entries

OF_PERSONS = (Hold.UNKNOWN_PATIENT, Hold.MERGE_WAITS, Hold.PATIENT_CONFLICT, Hold.AMBIGUOUS_PATIENT)
OF_STAYS = (Hold.UNKNOWN_STAY, Hold.STAY_CONFLICT)
OF_CODES = (Hold.UNKNOWN_ORDER_CODE,)
OF_ORDERS = (Hold.UNKNOWN_ORDER,)


def persons_changed(*, person_ids: Collection[int], by: Principal, at: datetime) -> None:
    """Read again what waits for these persons, or seemed to be about somebody else."""
    reconsider(holds=OF_PERSONS, keys=_keys(person_ids), by=by, at=at)


def stays_changed(*, person_ids: Collection[int], by: Principal, at: datetime) -> None:
    """Read again what waits for a stay of these persons to begin or end."""
    reconsider(holds=OF_STAYS, keys=_keys(person_ids), by=by, at=at)


def place_opened(*, location: Location, by: Principal, at: datetime) -> None:
    """Read again what waits for a ward of this code."""
    keys = [place_key(location.code)]
    reconsider(holds=(Hold.UNKNOWN_WARD,), keys=keys, by=by, at=at)


def order_placed(*, number: OrderNumber, by: Principal, at: datetime) -> None:
    """Read again what was told of an order before the order itself."""
    keys = [order_key(number.instrument.code, number.placer)]
    reconsider(holds=OF_ORDERS, keys=keys, by=by, at=at)


def version_activated(*, version: Versioned, by: Principal, at: datetime) -> None:
    """Read again what was ordered under a code that means something now."""
    if isinstance(version, CodeMapping | PanelMapping):
        keys = [code_key(version.instrument.code, version.code)]
        reconsider(holds=OF_CODES, keys=keys, by=by, at=at)


def reconsider(*, holds: Sequence[Hold], keys: Sequence[str], by: Principal, at: datetime) -> int:
    """Have the items read again that are held for one of these and name one of the keys.

    `by` is whoever brought what they wait for; it is asked for by `system:sweep` on their behalf.
    """
    if not keys:
        return 0
    found = queries.waiting(holds=holds, keys=keys)
    sweep = Principal.objects.system("sweep")
    return held_items.ask_again_for(found, by=sweep, at=at, on_behalf_of=by)


def catch_up(*, by: Principal, at: datetime) -> int:
    """Have every item read again once that may have been held beside what it waits for."""
    return held_items.ask_again_for(queries.never_tried(sweep_id=by.pk, at=at), by=by, at=at)


def _keys(person_ids: Collection[int]) -> list[str]:
    every = {one for id_ in person_ids for one in entries(id_)}
    rows = PersonIdentifier.objects.filter(person__in=every).order_by("pk")
    return [person_key(*row) for row in rows.values_list("system", "value")]
