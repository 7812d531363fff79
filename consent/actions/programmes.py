"""Programmes and what they ask: every change is a new version that a second person approves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from assays.models import Analyte
from assays.queries import catalogue
from consent.actions import rounds, transitions
from consent.models import Programme, ProgrammeClosing, ProgrammeVersion
from consent.models.programmes import REFER_FROM, URGENT_AT_MOST
from consent.queries.nanites import NANITE_SECTION
from consent.rules import cooling_off
from consent.rules.definitions import questionnaires
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, Refusal
from labsys.lib.reasons import check_reason
from patients.actions.gateway import claiming, insert

VALIDITIES = (
    "check_validity_hours",
    "psychological_validity_hours",
    "nanite_validity_hours",
    "recall_within_hours",
)
SPANS = ("check_opens_hours", "check_grace_hours", "quarantine_clear_hours")
SHORTEST_REFLECTION = cooling_off.SPAN // timedelta(hours=1)
LONGEST_HOURS = 10 * 366 * 24
MAJORITY_YEARS, OLDEST_YEARS = 18, 120


class SamePerson(Refusal):
    """Somebody tried to approve what they drafted."""

    status = 403
    kind = "same-person"


def create(
    *, code: str, name: str, destination: str = "", by: Principal, at: datetime
) -> Programme:
    """Found a programme; it admits nobody until a version of its rules is approved."""
    policy.check(by, "consent.programme.manage")
    taken = InvalidInput(
        _("There is a programme with the code %(code)s already.") % {"code": code}, field="code"
    )
    claims = {"consent_programme_code_key": taken}
    if not name.strip():
        raise InvalidInput(_("A programme has a name."), field="name")
    made = Programme(
        code=code,
        founding_name=name.strip(),
        founding_destination=destination.strip(),
        recorded_by=by,
        recorded_at=at,
    )
    with claiming(claims), acting(by=by, at=at, action="consent.programme.create"):
        try:
            return insert(made)
        except InvalidInput as wrong:
            raise InvalidInput(str(wrong), field=wrong.field.removeprefix("founding_")) from wrong


def draft_version(
    *, programme: Programme, by: Principal, at: datetime, effective_from: datetime, **asks: Any
) -> ProgrammeVersion:
    """Draft what the programme asks from a moment on: ages, checks, nanite status, quarantine.

    Its name and destination stay as they are by then, unless others are given.
    """
    policy.check(by, "consent.programme.manage")
    if effective_from < at:
        raise InvalidInput(
            _("Rules never act backwards: choose a beginning that is not past."),
            field="effective_from",
        )
    if bool(asks.get("nanite_analyte")) != (asks.get("nanite_maximum") is not None):
        raise InvalidInput(
            _("A nanite limit needs both the analyte and the highest load allowed."),
            field="nanite_maximum",
        )
    _check_ages(asks)
    _check_asks(asks)
    _check_nanites(asks)
    asks["nanite_types"] = " ".join(asks.get("nanite_types", "").split())
    with acting(by=by, at=at, action="consent.programme.draft_version"):
        hold(programme)
        newest = programme.versions.aggregate(number=Max("number"))["number"] or 0
        before = programme.named_at(effective_from)
        asks["name"] = asks.get("name", "").strip() or before.name
        asks["destination"] = asks.get("destination", "").strip() or before.destination
        return ProgrammeVersion.objects.create(
            programme=programme,
            number=newest + 1,
            effective_from=effective_from,
            drafted_by=by,
            recorded_at=at,
            **asks,
        )


def _check_asks(asks: dict[str, Any]) -> None:
    """Refuse spans and limits that cannot be meant."""
    for field in VALIDITIES:
        hours = asks.get(field)
        if hours is not None and hours < 1:
            raise InvalidInput(_("A validity lasts at least an hour."), field=field)
    for field in SPANS:
        if asks.get(field, 0) < 0:
            raise InvalidInput(_("A span cannot be negative."), field=field)
    if asks.get("cooling_off_hours", SHORTEST_REFLECTION) < SHORTEST_REFLECTION:
        raise InvalidInput(
            _("Nobody is asked to decide within less than %(hours)s hours.")
            % {"hours": SHORTEST_REFLECTION},
            field="cooling_off_hours",
        )
    for field in (*VALIDITIES, *SPANS, "cooling_off_hours"):
        if (asks.get(field) or 0) > LONGEST_HOURS:
            raise InvalidInput(_("A span is ten years at most."), field=field)
    if "questionnaires" in asks:
        _check_questionnaires(asks["questionnaires"])
    _check_panels(asks.get("panels", []))
    _check_news2(asks)


def _check_nanites(asks: dict[str, Any]) -> None:
    """Refuse a nanite limit that cannot be meant, and rules about nanites without one."""
    maximum = asks.get("nanite_maximum")
    if maximum is not None and not (maximum.is_finite() and maximum >= 0):
        raise InvalidInput(
            _("The highest load allowed is a number from 0."), field="nanite_maximum"
        )
    analyte = asks.get("nanite_analyte")
    if analyte and not Analyte.objects.filter(code=analyte, section=NANITE_SECTION).exists():
        raise InvalidInput(
            _("%(analyte)s is no nanite analyte.") % {"analyte": analyte}, field="nanite_analyte"
        )
    factor = asks.get("nanite_drift_factor")
    if factor is not None and not (factor.is_finite() and factor >= 1):
        raise InvalidInput(_("The drift factor is a number from 1."), field="nanite_drift_factor")
    for field in ("nanite_types", "nanite_control_counts", "nanite_drift_factor"):
        if asks.get(field) and not analyte:
            raise InvalidInput(_("Name the nanite load and its limit first."), field=field)


def _check_ages(asks: dict[str, Any]) -> None:
    """Refuse a minimum age that contradicts whether minors are admitted."""
    majority = asks.get("majority_age_years", MAJORITY_YEARS)
    if not 1 <= majority <= OLDEST_YEARS:
        raise InvalidInput(
            _("Somebody comes of age between 1 and 120."), field="majority_age_years"
        )
    minimum = asks.get("minimum_age_years")
    if minimum is not None and not 0 <= minimum <= OLDEST_YEARS:
        raise InvalidInput(_("A minimum age lies between 0 and 120."), field="minimum_age_years")
    if minimum is not None and minimum < majority and not asks.get("admits_minors"):
        raise InvalidInput(
            _("Who is under %(majority)s is a minor: admit minors, or ask for %(majority)s years.")
            % {"majority": majority},
            field="minimum_age_years",
        )


def _check_questionnaires(names: Any) -> None:
    """Refuse anything but a list of known questionnaires, each once."""
    field = "questionnaires"
    if not isinstance(names, list) or not names:
        raise InvalidInput(_("A psychological check asks at least one questionnaire."), field=field)
    unknown = [name for name in names if not isinstance(name, str) or name not in questionnaires()]
    if unknown:
        raise InvalidInput(
            _("%(unknown)s is none of %(known)s.")
            % {"unknown": unknown[0], "known": ", ".join(questionnaires())},
            field=field,
        )
    if len(set(names)) < len(names):
        raise InvalidInput(_("Name each questionnaire once."), field=field)


def _check_news2(asks: dict[str, Any]) -> None:
    """Refuse an urgent threshold above the published one, and thresholds that contradict each other."""
    urgent = asks.get("news2_urgent_from", URGENT_AT_MOST)
    if not 1 <= urgent <= URGENT_AT_MOST:
        raise InvalidInput(
            _("A clinician is called from a NEWS2 between 1 and %(most)s.")
            % {"most": URGENT_AT_MOST},
            field="news2_urgent_from",
        )
    if not 1 <= asks.get("news2_refer_from", REFER_FROM) <= urgent:
        raise InvalidInput(
            _(
                "A check is referred from a NEWS2 between 1 and %(urgent)s, where a clinician is called."
            )
            % {"urgent": urgent},
            field="news2_refer_from",
        )


def _check_panels(codes: Any) -> None:
    """Refuse anything but a list of panels that can be ordered now, each once."""
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise InvalidInput(_("Panels are a list of their codes."), field="panels")
    offered = {panel.code for panel in catalogue.current().panels.values()}
    unknown = [code for code in codes if code not in offered]
    if unknown:
        raise InvalidInput(
            _("There is no panel %(unknown)s to be ordered.") % {"unknown": unknown[0]},
            field="panels",
        )
    if len(set(codes)) < len(codes):
        raise InvalidInput(_("Name each panel once."), field="panels")


def close(*, programme: Programme, by: Principal, at: datetime, reason: str) -> ProgrammeClosing:
    """Close a programme: from this moment on nobody is cleared for it, and its rounds end.

    Whoever is away then is recalled. What was answered for earlier moments stays as it was.
    """
    policy.check(by, "consent.programme.approve")
    check_reason(reason)
    with acting(by=by, at=at, action="consent.programme.close", reason=reason):
        at = hold_still(programme, at=at)
        if ProgrammeClosing.objects.filter(programme=programme).exists():
            raise Conflict(_("%(programme)s was closed already.") % {"programme": programme.name})
        made: ProgrammeClosing = ProgrammeClosing.objects.create(
            programme=programme, closed_at=at, reason=reason, recorded_by=by, recorded_at=at
        )
        Programme.objects.filter(pk=programme.pk).update(is_active=False)
        rounds.end_all(programme=programme, by=by, at=at)
        transitions.touch_programme(programme=programme, by=by, at=at)
        return made


def hold_still(programme: Programme, *, at: datetime) -> datetime:
    """Lock a programme, and return the moment from which a change of its rules is known.

    Whoever leaves meanwhile shares this lock: they left before the change, or are decided after it.
    """
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    return max(at, database_now())


def hold(programme: Programme) -> None:
    """Lock a programme, so that two drafts never take the same number."""
    Programme.objects.select_for_update().get(pk=programme.pk)


def approve_version(*, version: ProgrammeVersion, by: Principal, at: datetime) -> ProgrammeVersion:
    """Put a drafted version in force from its date; never by whoever drafted it."""
    policy.check(by, "consent.programme.approve")
    action = "consent.programme.approve_version"
    with acting(by=by, at=at, action=action):
        at = hold_still(version.programme, at=at)
        approved: ProgrammeVersion = approve(version=version, by=by, at=at, action=action)
        transitions.touch_programme(programme=approved.programme, by=by, at=at)
    return approved


def redraft_version(
    *, version: ProgrammeVersion, by: Principal, at: datetime, **changes: Any
) -> ProgrammeVersion:
    """Change a draft of one's own: it is discarded, and drafted anew with what is to be otherwise.

    Without another beginning it keeps its own, or begins now where that is past.
    """
    policy.check(by, "consent.programme.manage")
    if version.drafted_by_id != by.pk:
        raise Conflict(_("Somebody else drafted this: discard it, and draft your own."))
    kept = {name: getattr(version, name) for name in ProgrammeVersion.asks()}
    begins = changes.pop("effective_from", None) or max(version.effective_from, at)
    given = {"effective_from": begins, **kept, **changes}
    with acting(by=by, at=at, action="consent.programme.redraft_version"):
        hold(version.programme)  # before the draft, as whoever approves it does
        discard_version(version=version, by=by, at=at)
        return draft_version(programme=version.programme, by=by, at=at, **given)


def discard_version(*, version: ProgrammeVersion, by: Principal, at: datetime) -> ProgrammeVersion:
    """Discard a draft that is not to come into force."""
    policy.check(by, "consent.programme.manage")
    return discard(version=version, by=by, at=at, action="consent.programme.discard_version")


def discard(*, version: Any, by: Principal, at: datetime, action: str) -> Any:
    """Discard a drafted row that nobody approved meanwhile."""
    with acting(by=by, at=at, action=action):
        waiting = type(version).objects.filter(pk=version.pk, approved_at=None, discarded_at=None)
        if not waiting.update(discarded_at=at):
            raise Conflict(
                _("%(version)s was approved or discarded meanwhile.") % {"version": version}
            )
    version.refresh_from_db()
    return version


def approve(*, version: Any, by: Principal, at: datetime, action: str) -> Any:
    """Approve a drafted row once; the filter on "not yet approved" decides between two callers."""
    if version.drafted_by_id == by.pk:
        raise SamePerson("You drafted this; somebody else has to approve it.")
    with acting(by=by, at=at, action=action):
        waiting = type(version).objects.filter(pk=version.pk, approved_at=None, discarded_at=None)
        if not waiting.update(approved_by=by, approved_at=at):
            raise Conflict(
                _("%(version)s was approved or discarded meanwhile.") % {"version": version}
            )
    version.refresh_from_db()
    return version
