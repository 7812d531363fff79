"""Who became a case on which day, and where the cases stay: what an epidemic is analysed from.

Days are those of the hospital. Linked entries are one person, whose first moment counts. Only what
the principal may read is counted, and only numbers are kept: no person is named in the input.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Min, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Trim, Upper
from django.utils.timezone import get_default_timezone_name

from assays.models import AnalysisPart, AnalysisRun, Result
from assays.queries import nanite_agents
from assays.queries.analyses.inputs import LOOKED_AT, Input
from assays.rules.analyses.asked import refused
from assays.rules.analyses.epidemic import ONSET_WITHIN
from assays.rules.analyses.runs import AnalysisKind, RunStatus, digest_of
from assays.rules.nanites import LOAD, RATIO
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.clock import bounds_of_day, hospital_day
from labsys.lib.wording import gettext_noop as _
from patients.models import CanonicalPerson, Encounter, EncounterEnd, Exposure, Location, Sign
from patients.queries import agents
from patients.queries.signs import first_onsets
from patients.rules.signs import OnsetSpan

CHOICES = 50
BELOW = ("<", "<=")
_CERTAIN = {
    "confirmed": (Exposure.Certainty.CONFIRMED,),
    "probable": (Exposure.Certainty.CONFIRMED, Exposure.Certainty.PROBABLE),
    "possible": (
        Exposure.Certainty.CONFIRMED,
        Exposure.Certainty.PROBABLE,
        Exposure.Certainty.POSSIBLE,
    ),
}


@dataclass(frozen=True, slots=True)
class Case:
    """When a person became a case, whether from outside, and the row that says so.

    `is_onset` where the moment is the onset of a sign; the row then says why the person is a case.
    """

    at: datetime
    is_imported: bool
    row: int
    is_onset: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen among: of the registry of exposures, and the signs in force by their codes."""

    agents: tuple[str, ...]
    events: tuple[str, ...]
    signs: tuple[tuple[str, str], ...] = ()


def found(principal: Principal, parameters: Mapping[str, Any], *, at: datetime) -> list[Input]:
    """Return the one input of a run: cases by day, the wards now, and how long cases stay."""
    today = hospital_day(at)
    since = bounds_of_day(today - timedelta(days=parameters["days"]))[0]
    source = _source(principal, parameters)
    if source == "results" and parameters["agent"]:
        _check_assay(parameters["agent"])
    cases, left_out = (_exposed if source == "exposures" else _positive)(principal, parameters)
    codes, onsets = parameters["onset_signs"], {}
    if codes:
        onsets = first_onsets(cases, codes, by=principal)
        cases = at_onset(cases, onsets, is_exposed=source == "exposures")
    early = {person for person, case in cases.items() if case.at < since}
    late = {person for person, case in cases.items() if hospital_day(case.at) > today}
    counted = {one: case for one, case in cases.items() if one not in early | late}
    told = {person for person, case in counted.items() if case.is_onset}
    rows = sorted([person, case.row, case.at.isoformat()] for person, case in counted.items())
    given = {
        "source": source,
        "zone": get_default_timezone_name(),
        "today": today.isoformat(),
        "days": _by_day(counted.values()),
        "tells_imported": bool(source == "exposures" and parameters["imported_events"]),
        "persons": len(counted),
        "rows": digest_of(rows),
        "left_out": {**left_out, "before": len(early), "ahead": len(late)},
        "everybody": _reaches_all(principal, source),
        "wards": wards(principal, counted),
        "stays": _stays(principal, counted),
    }
    if codes:
        unused = len((onsets.keys() & counted.keys()) - told)
        given["onsets"] = {"signs": _names(codes), "told": len(told), "unused": unused}
    return [Input(None, given)]


def at_onset(
    cases: Mapping[int, Case], onsets: Mapping[int, OnsetSpan], *, is_exposed: bool
) -> dict[int, Case]:
    """Return the cases at the onset of their first sign, where it is known well enough.

    A sign that was there before the first exposure is not of that exposure: then, and where nobody
    knows closely when the sign began, the case stays where it was.
    """
    found = dict(cases)
    for person, span in onsets.items():
        case, at = cases[person], span.middle(within=ONSET_WITHIN)
        if at is None or (is_exposed and span.latest < case.at):
            continue
        at = max(at, case.at) if is_exposed else at
        found[person] = replace(case, at=at, is_onset=True)
    return found


def first_positive(principal: Principal) -> dict[int, Case]:
    """Return when each person first had a positive nanite result that somebody verified."""
    return _positive(principal, {})[0]


def choices(principal: Principal) -> Choices:
    """Return the agents and events that exposures in reach name."""
    rows = policy.scope(principal, Exposure.objects.filter(corrected_by=None, is_retraction=False))
    named = rows.order_by("agent").values_list("agent", flat=True).distinct()[:CHOICES]
    events = rows.exclude(event="").order_by("event").values_list("event", flat=True)
    signs = policy.scope(principal, Sign.objects.active()).values_list("code", "name")
    return Choices(tuple(named), tuple(events.distinct()[:CHOICES]), tuple(signs))


def runs(principal: Principal) -> Any:
    """Return the runs of this kind within reach, the newest first."""
    rows = AnalysisRun.objects.filter(kind=AnalysisKind.EPIDEMIC.value)
    return policy.scope(principal, rows.select_related("asked_by__user")).order_by("-id")


def newest(
    principal: Principal | None, texts: Collection[str] | None = None, *, at: datetime
) -> AnalysisPart | None:
    """Return the newest analysis within reach with an outcome that counts everybody.

    Without a principal of all that there are: for figures of the whole house. Of the agent that these
    texts name or of all together; of whatever agent without texts. Whatever shows growth or beds to
    come takes its run from here.
    """
    done = AnalysisRun.objects.filter(
        kind=AnalysisKind.EPIDEMIC.value, status=RunStatus.DONE.value, asked_at__lte=at
    )
    reached = done if principal is None else policy.scope(principal, done)
    rows = AnalysisPart.objects.filter(
        run__in=reached, outcome__isnull=False, given__everybody=True
    )
    if texts is not None:
        agent = Coalesce(KeyTextTransform("agent", "run__parameters"), Value("", TextField()))
        rows = rows.annotate(named=Upper(Trim(agent))).filter(named__in=["", *texts])
    found: AnalysisPart | None = rows.select_related("run").order_by("-run_id").first()
    return found


def wards(principal: Principal, cases: Iterable[int]) -> list[dict[str, Any]]:
    """Return who stays in each ward now: how many, how many of them are cases, and its beds."""
    ward_of, names, beds = _tree()
    rows = policy.scope(principal, Encounter.objects.open()).values_list("person_id", "location_id")
    stays = list(rows)
    heads = _heads({person for person, _location in stays})
    known = set(cases)
    patients: Counter[int] = Counter()
    among: Counter[int] = Counter()
    for person, location in stays:
        ward = ward_of[location]
        patients[ward] += 1
        among[ward] += heads[person] in known
    shown = {*patients, *beds}
    return [
        {
            "code": names[ward][0],
            "name": names[ward][1],
            "patients": patients[ward],
            "cases": among[ward],
            "beds": beds.get(ward, 0),
        }
        for ward in sorted(shown, key=lambda one: names[one])
    ]


def _source(principal: Principal, parameters: Mapping[str, Any]) -> str:
    if parameters["source"] != "auto":
        return str(parameters["source"])
    return "exposures" if _standing(principal, parameters).exists() else "results"


def _check_assay(agent: str) -> None:
    if not nanite_agents.are_told_of(agent):
        raise refused(
            "agent",
            "NO_ASSAY",
            _("No assay tells of %(agent)s: count people by their exposures."),
            agent=agent,
        )


def _standing(principal: Principal, parameters: Mapping[str, Any]) -> Any:
    rows = Exposure.objects.filter(
        corrected_by=None,
        is_retraction=False,
        certainty__in=_CERTAIN[parameters["certainty"]],
    )
    return policy.scope(principal, _naming(rows, parameters["agent"]))


def _naming(rows: Any, agent: str) -> Any:
    """Return those that name the agent by its code or its name, in any capitals; all without one."""
    if not agent:
        return rows
    return rows.annotate(named=Upper("agent")).filter(named__in=agents.texts_naming(agent))


def _exposed(
    principal: Principal, parameters: Mapping[str, Any]
) -> tuple[dict[int, Case], dict[str, int]]:
    """Return each person's first exposure that is certain enough."""
    rows = list(
        _standing(principal, parameters)
        .order_by("first_at", "id")
        .values_list("person_id", "first_at", "event", "source_person_id", "id")
    )
    heads = _heads({row[0] for row in rows})
    outside = set(parameters["imported_events"])
    cases: dict[int, Case] = {}
    for person, at, event, source, id_ in rows:
        is_imported = source is None and event in outside
        cases.setdefault(heads[person], Case(at, is_imported, id_))
    every = Exposure.objects.filter(corrected_by=None, is_retraction=False)
    every = policy.scope(principal, _naming(every, parameters["agent"]))
    return cases, {
        "later_of_a_person": len(rows) - len(cases),
        "not_certain": every.exclude(certainty__in=_CERTAIN[parameters["certainty"]]).count(),
    }


def verified_positive() -> Any:
    """Return the results by which somebody is a case: nanites were found, and somebody verified it."""
    return _found().filter(status__in=LOOKED_AT)


def _found() -> Any:
    positive = Result.objects.filter(analyte__code__in=(LOAD, RATIO), value__gt=0)
    return positive.exclude(comparator__in=BELOW)


def _positive(
    principal: Principal, parameters: Mapping[str, Any]
) -> tuple[dict[int, Case], dict[str, int]]:
    """Return each person's first positive nanite result that somebody verified."""
    positive = policy.scope(principal, _found())
    rows = positive.filter(status__in=LOOKED_AT).values("person_id")
    first = rows.annotate(at=Min("collected_at"), row=Min("id")).order_by()
    entries = {person: (at, row) for person, at, row in first.values_list("person_id", "at", "row")}
    waiting = positive.filter(status=ResultStatus.RESULTED).values_list("person_id", flat=True)
    unseen = set(waiting.distinct().order_by()) - set(entries)
    heads = _heads({*entries, *unseen})
    cases: dict[int, Case] = {}
    for person, (at, row) in sorted(entries.items(), key=lambda one: (one[1], one[0])):
        cases.setdefault(heads[person], Case(at, False, row))
    return cases, {"not_verified": len({heads[one] for one in unseen} - set(cases))}


def _names(codes: Iterable[str]) -> list[str]:
    """Return what signs are called, those that were never in force by their codes."""
    rows = Sign.objects.exclude(approved_at=None).filter(code__in=list(codes)).order_by("number")
    names = dict(rows.values_list("code", "name"))
    return [names.get(code, code) for code in codes]


def _heads(entries: Iterable[int]) -> dict[int, int]:
    rows = CanonicalPerson.objects.filter(person_id__in=list(entries))
    return dict(rows.values_list("person_id", "canonical_id"))


def _by_day(cases: Iterable[Case]) -> list[dict[str, Any]]:
    every: Counter[date] = Counter()
    imported: Counter[date] = Counter()
    for case in cases:
        day = hospital_day(case.at)
        every[day] += 1
        imported[day] += case.is_imported
    return [
        {"day": day.isoformat(), "cases": every[day], "imported": imported[day]}
        for day in sorted(every)
    ]


def _reaches_all(principal: Principal, source: str) -> bool:
    needed = "patients.exposure.view" if source == "exposures" else "assays.result.view"
    return policy.ANY in policy.reaches(principal, needed)


def _tree() -> tuple[dict[int, int], dict[int, tuple[str, str]], dict[int, int]]:
    """Return the ward of every place (itself where it is in none), their names, and wards' beds."""
    rows = list(
        Location.objects.values_list("id", "parent_id", "kind", "code", "name", "is_active")
    )
    parents = {id_: parent for id_, parent, *_rest in rows}
    kinds = {id_: kind for id_, _parent, kind, *_rest in rows}

    def ward(id_: int) -> int:
        at: int | None = id_
        for _step in range(len(rows)):
            if at is None or kinds[at] == Location.Kind.WARD:
                break
            at = parents[at]
        return id_ if at is None else at

    ward_of = {id_: ward(id_) for id_ in parents}
    beds: Counter[int] = Counter()
    for id_, _parent, kind, _code, _name, is_active in rows:
        if kind == Location.Kind.BED and is_active and ward_of[id_] != id_:
            beds[ward_of[id_]] += 1
    return ward_of, {id_: (code, name) for id_, _p, _k, code, name, _a in rows}, dict(beds)


def _stays(principal: Principal, cases: Mapping[int, Case]) -> dict[str, Any]:
    """Return how many cases came to a ward, after how many days, and how long ended stays took.

    A stay that a transfer goes on with is one. Who was in a ward already, and became a case there,
    counts as admitted on that day.
    """
    entries = CanonicalPerson.objects.filter(canonical_id__in=list(cases))
    heads = dict(entries.values_list("person_id", "canonical_id"))
    rows = policy.scope(principal, Encounter.objects.filter(person_id__in=list(heads)))
    rows = rows.exclude(end__disposition=EncounterEnd.Disposition.ERROR)
    found: dict[int, list[tuple[datetime, datetime | None]]] = {}
    moments = rows.order_by("started_at", "id").values_list(
        "person_id", "started_at", "end__ended_at"
    )
    for person, started_at, ended_at in moments:
        head = heads[person]
        if ended_at is not None and ended_at <= cases[head].at:
            continue
        known = found.setdefault(head, [])
        if known and known[-1][1] == started_at:
            known[-1] = (known[-1][0], ended_at)
        else:
            known.append((started_at, ended_at))
    first = {head: stays[0] for head, stays in found.items()}
    begun = {head: max(stay[0], cases[head].at) for head, stay in first.items()}
    day = timedelta(days=1)
    return {
        "of": len(cases),
        "admitted": len(first),
        "delays": sorted(round((begun[head] - cases[head].at) / day, 2) for head in first),
        "lengths": sorted(
            round((ended_at - begun[head]) / day, 2)
            for head, (_started_at, ended_at) in first.items()
            if ended_at is not None
        ),
    }
