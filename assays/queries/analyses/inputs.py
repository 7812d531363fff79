"""What an analysis takes as its input, read as it stands when the run is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assays.models import Result
from assays.rules.nanites import LOAD
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import CanonicalPerson, Intervention

FEWEST_LOADS = 3
MOST_LOADS = 2_000
UNIT = "{nanites}/uL"
# What nobody has verified is in no analysis: whoever reads one may not read that.
LOOKED_AT = (ResultStatus.TECHNICALLY_VERIFIED, ResultStatus.RELEASED)


@dataclass(frozen=True, slots=True)
class Input:
    """One part's input: of whom, and the JSON that is kept and hashed."""

    person_id: int | None
    given: Mapping[str, Any]


def loads(
    principal: Principal, person_ids: Iterable[int] | None = None, *, least: int = FEWEST_LOADS
) -> list[Input]:
    """Return the verified nanite loads of persons with what was done to them, `least` of each.

    Of everybody within reach, where no person is named. Linked entries are one person.
    """
    rows = Result.objects.filter(
        analyte__code=LOAD, unit=UNIT, value__isnull=False, status__in=LOOKED_AT
    )
    rows = policy.scope(principal, rows)
    if person_ids is not None:
        mine = CanonicalPerson.objects.filter(person_id__in=list(person_ids))
        linked = CanonicalPerson.objects.filter(canonical_id__in=mine.values("canonical_id"))
        rows = rows.filter(person_id__in=linked.values("person_id"))
    of_entry: dict[int, list[dict[str, Any]]] = {}
    values = rows.values_list("person_id", "id", "collected_at", "comparator", "value")
    for person_id, id_, collected_at, comparator, value in values:
        load = {
            "result": id_,
            "at": collected_at.isoformat(),
            "comparator": comparator,
            "value": str(value),
        }
        of_entry.setdefault(person_id, []).append(load)
    of_person: dict[int, list[dict[str, Any]]] = {}
    for entry, head in _heads(of_entry).items():
        of_person.setdefault(head, []).extend(of_entry[entry])
    fit = {one: given for one, given in of_person.items() if len(given) >= least}
    done = interventions(principal, fit)
    return [
        Input(
            person_id,
            {
                "unit": UNIT,
                "loads": sorted(fit[person_id], key=lambda load: (load["at"], load["result"]))[
                    -MOST_LOADS:
                ],
                "interventions": done.get(person_id, []),
            },
        )
        for person_id in sorted(fit)
    ]


def _heads(entries: Iterable[int]) -> dict[int, int]:
    """Return the entry that each of these is read as."""
    rows = CanonicalPerson.objects.filter(person_id__in=list(entries))
    return dict(rows.values_list("person_id", "canonical_id"))


def interventions(principal: Principal, people: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """Return what was done to each of these persons, the earliest first; linked entries are one."""
    heads = dict(
        CanonicalPerson.objects.filter(canonical_id__in=list(people)).values_list(
            "person_id", "canonical_id"
        )
    )
    rows = Intervention.objects.filter(person_id__in=list(heads), corrected_by=None)
    rows = policy.scope(principal, rows.filter(is_retraction=False))
    found: dict[int, list[dict[str, Any]]] = {}
    for one in rows.order_by("started_at", "id"):
        found.setdefault(heads[one.person_id], []).append(
            {
                "kind": one.kind,
                "detail": one.detail,
                "from": one.started_at.isoformat(),
                "until": one.ended_at.isoformat() if one.ended_at else None,
            }
        )
    return found
