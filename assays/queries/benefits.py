"""What benefits around removals are judged from: released values, loads, exposures and what was done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    Count,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    Window,
)
from django.db.models.functions import Cast, Coalesce, RowNumber

from assays.models import Analyte, AssayVersion, BenefitMeasures, Result, UnitConversion
from assays.rules import benefits as rules
from assays.rules.benefit_changes import Value as Measured
from assays.rules.benefits import Act, Facts, Finding, Load
from assays.rules.catalogue import ValueKind
from assays.rules.interventions import PORE, wanted_pore
from assays.rules.interventions import Intervention as Done
from assays.rules.nanites import LOAD
from assays.rules.states import ResultStatus, VersionStatus
from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.quantities import Comparator, Quantity
from labsys.lib.units import Conversion
from patients.models import CanonicalPerson, Exposure, Intervention, PersonLink

MOST_PEOPLE = 200
FOUND = frozenset({"", ">", ">="})
# A value that was released counts until it is corrected; one taken back never counts.
COUNTED = Q(status=ResultStatus.RELEASED) | Q(
    status=ResultStatus.SUPERSEDED, corrected_by__isnull=False
)
_VALUES = (
    *("person_id", "id", "analyte__code", "value", "unit", "comparator", "collected_at"),
    *("released_at", "corrected_by__recorded_at", "assay_version__assay_id"),
    *("assay_version__method_cv_percent", "assay_version__within_person_cv_percent"),
)
_ACTS = (
    *("person_id", "id", "kind", "detail", "started_at", "ended_at", "recorded_at"),
    "intended_effect",
)


@dataclass(frozen=True, slots=True)
class Trial:
    """One removal of one person, and what became of each measure."""

    person_id: int
    act: Act
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Told:
    """Trials of a kind, the newest of each person; ``left_out`` further persons are not read."""

    trials: Sequence[Trial]
    left_out: int


def in_force() -> BenefitMeasures | None:
    """Return the measures that are in force."""
    found: BenefitMeasures | None = BenefitMeasures.objects.filter(
        status=VersionStatus.ACTIVE
    ).first()
    return found


def names(version: BenefitMeasures) -> dict[str, str]:
    """Return the names of the analytes of these measures by their codes."""
    codes = [one.analyte for one in version.chosen]
    return dict(Analyte.objects.filter(code__in=codes).values_list("code", "name"))


def units_of() -> dict[str, set[str]]:
    """Return in which units each analyte is measured, or can be stated by an approved conversion."""
    found: dict[str, set[str]] = {}
    versions = AssayVersion.objects.filter(status=VersionStatus.ACTIVE, kind=ValueKind.NUMERIC)
    for code, unit in versions.values_list("assay__analyte__code", "unit"):
        found.setdefault(code, set()).add(unit)
    rows = UnitConversion.objects.filter(status=VersionStatus.ACTIVE)
    for code, unit, to in rows.values_list("analyte__code", "from_unit", "to_unit"):
        if unit in found.get(code, ()):
            found[code].add(to)
    return found


def of_person(
    principal: Principal, entries: Collection[int], version: BenefitMeasures, *, at: datetime
) -> list[Trial]:
    """Return what became of each measure in each removal of one person, the first one first."""
    heads = dict.fromkeys(entries, min(entries))
    (facts,) = _facts(principal, heads, version).values()
    known = facts.at(at)
    trials = [(min(entries), one) for one in known.acts if one.is_removal]
    return _judged(trials, {min(entries): facts}, version, at)


def of_kind(
    principal: Principal, kind: str, detail: str, version: BenefitMeasures, *, at: datetime
) -> Told:
    """Return the newest removal of a kind in each person in reach, of the MOST_PEOPLE newest."""
    rows = policy.scope(principal, Intervention.objects.standing().filter(kind=kind))
    rows = rows.filter(recorded_at__lte=at, started_at__lte=at)
    if kind not in rules.REMOVALS:
        rows = rows.filter(intended_effect__iregex=rules.AIMS)
    if detail.strip():
        rows = _such(rows, detail)
    links = PersonLink.objects.active().filter(duplicate=OuterRef("person_id"))
    survivor = Subquery(links.values("survivor_id")[:1], output_field=BigIntegerField())
    head = Coalesce(survivor, F("person_id"), output_field=BigIntegerField())
    rows = rows.annotate(head=head)
    people = rows.aggregate(n=Count("head", distinct=True))["n"]
    order = [F("started_at").desc(), F("id").desc()]
    place = Window(RowNumber(), partition_by=F("head"), order_by=order)
    newest = rows.annotate(place=place).filter(place=1).order_by("-started_at", "-id")
    taken = {row[0]: _act(row[1:]) for row in newest.values_list("head", *_ACTS)[:MOST_PEOPLE]}
    mine = CanonicalPerson.objects.filter(canonical_id__in=list(taken))
    entries = dict(mine.values_list("person_id", "canonical_id"))
    facts = _facts(principal, entries, version)
    return Told(_judged(list(taken.items()), facts, version, at), people - len(taken))


def _such(rows: Any, wanted: str) -> Any:
    """Return the rows of what is looked for, as `is_such` tells them one by one."""
    size = wanted_pore(wanted)
    if size is None:
        return rows.filter(detail__icontains=wanted)
    pattern = Cast(Value(f"(?i){PORE}"), TextField())
    pore = Func(F("detail"), pattern, function="substring", output_field=TextField())
    return rows.annotate(pore=Cast(pore, FloatField())).filter(pore=size)


def _judged(
    trials: Sequence[tuple[int, Act]],
    facts: Mapping[int, Facts],
    version: BenefitMeasures,
    at: datetime,
) -> list[Trial]:
    measures, windows = version.chosen, version.windows
    conversions = _conversions([one.analyte for one in measures])
    return [
        Trial(
            person,
            act,
            rules.judge(
                measures, act, facts[person], windows=windows, conversions=conversions, at=at
            ),
        )
        for person, act in trials
    ]


def _facts(
    principal: Principal, heads: Mapping[int, int], version: BenefitMeasures
) -> dict[int, Facts]:
    """Return the facts of persons; `heads` has the person that each entry is read as.

    Exposures are read whoever looks: without them a value after an exposure would pass for one
    before nanites. None of them is shown.
    """
    values: dict[int, list[Measured]] = {head: [] for head in heads.values()}
    loads: dict[int, list[Load]] = {head: [] for head in values}
    exposed: dict[int, list[tuple[datetime, datetime]]] = {head: [] for head in values}
    acts: dict[int, list[Act]] = {head: [] for head in values}
    for row in _values(principal, list(heads), [one.analyte for one in version.chosen]):
        head = heads[row[0]]
        if row[2] == LOAD:
            is_found = row[5] in FOUND and row[3] > 0
            loads[head].append(Load(row[6], row[7], is_found, row[8]))
        values[head].append(_value(row))
    met = Exposure.objects.standing().filter(person_id__in=list(heads), agent__iexact=version.agent)
    met = met.exclude(certainty=Exposure.Certainty.EXCLUDED)
    for person, first, recorded in met.values_list("person_id", "first_at", "recorded_at"):
        exposed[heads[person]].append((first, recorded))
    done = Intervention.objects.standing().filter(person_id__in=list(heads))
    for row in policy.scope(principal, done).values_list(*_ACTS):
        acts[heads[row[0]]].append(_act(row))
    return {head: Facts(values[head], loads[head], exposed[head], acts[head]) for head in values}


def _values(principal: Principal, entries: Collection[int], codes: Collection[str]) -> Any:
    rows = Result.objects.filter(
        person_id__in=entries,
        analyte__code__in=[*codes, LOAD],
        value__isnull=False,
        released_at__isnull=False,
    )
    return policy.scope(principal, rows.filter(COUNTED)).values_list(*_VALUES)


def _value(row: Any) -> Measured:
    return Measured(
        id=row[1],
        analyte=row[2],
        quantity=Quantity(row[3], row[4], Comparator(row[5])),
        collected_at=row[6],
        known_at=row[7],
        replaced_at=row[8],
        assay=row[9],
        cv_method=row[10],
        cv_within=row[11],
    )


def _act(row: Any) -> Act:
    _person, id_, kind, detail, started_at, ended_at, recorded_at, effect = row
    return Act(Done(kind, started_at, detail, id=id_), started_at, ended_at, recorded_at, effect)


def _conversions(codes: Collection[str]) -> dict[str, list[Conversion]]:
    found: dict[str, list[Conversion]] = {}
    rows = UnitConversion.objects.filter(analyte__code__in=codes, status=VersionStatus.ACTIVE)
    for row in rows.select_related("analyte"):
        one = Conversion(
            str(row.pk), row.number, row.from_unit, row.to_unit, row.factor, row.offset
        )
        found.setdefault(row.analyte.code, []).append(one)
    return found
