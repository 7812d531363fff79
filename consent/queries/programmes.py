"""What a programme asks, in all its approved versions, as the rules read it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from consent import models
from consent.rules import coverage, programmes
from consent.rules.definitions import questionnaires
from consent.rules.facts import CheckKind
from labsys.lib.errors import InvalidInput

NANITE_TYPE = "NANITE-TYPE"


def programme_of(programme: models.Programme) -> programmes.Programme:
    """Return a programme with its approved versions, as the rules read it."""
    versions = programme.versions.filter(approved_at__isnull=False).order_by("number")
    return programmes.Programme(
        id=programme.code,
        versions=tuple(as_approved(version, version.approved_at) for version in versions),
        zone=ZoneInfo(settings.TIME_ZONE),
        closings=tuple(
            programmes.Closing(closed_at=one.closed_at, recorded_at=one.recorded_at)
            for one in models.ProgrammeClosing.objects.filter(programme=programme)
        ),
    )


def as_approved(
    version: models.ProgrammeVersion, approved_at: datetime
) -> programmes.ProgrammeVersion:
    """Return a version as the rules read it, approved at a moment; a draft too, to ask what if."""
    return programmes.ProgrammeVersion(
        number=version.number,
        effective_from=version.effective_from,
        recorded_at=approved_at,
        minimum_age_years=version.minimum_age_years,
        majority_years=version.majority_age_years,
        admits_minors=version.admits_minors,
        nanites=_nanites_asked(version),
        checks=_checks_asked(version),
        quarantine_clear=timedelta(hours=version.quarantine_clear_hours),
    )


def _checks_asked(
    version: models.ProgrammeVersion,
) -> tuple[programmes.CheckRequirement, ...]:
    medical = version.check_validity_hours
    hours = {
        CheckKind.MEDICAL: medical if version.requires_medical else None,
        CheckKind.PSYCHOLOGICAL: (version.psychological_validity_hours or medical)
        if version.requires_psychological
        else None,
    }
    return tuple(
        programmes.CheckRequirement(
            kind=kind,
            validity=timedelta(hours=validity),
            asks=asks_of(version, kind),
            **_board_spans(version),
        )
        for kind, validity in hours.items()
        if validity is not None
    )


def _nanites_asked(
    version: models.ProgrammeVersion,
) -> tuple[programmes.NaniteRequirement, ...]:
    """Return the load that is asked for, and the type where types are."""
    if not version.nanite_analyte:
        return ()
    spans = {
        **_board_spans(version),
        "validity": timedelta(hours=version.nanite_validity_hours),
    }
    load = programmes.NaniteRequirement(
        analyte=version.nanite_analyte,
        maximum=version.nanite_maximum,
        control_counts=version.nanite_control_counts,
        drift_factor=version.nanite_drift_factor,
        **spans,
    )
    types = frozenset(version.nanite_types.split())
    if not types:
        return (load,)
    return (load, programmes.NaniteRequirement(analyte=NANITE_TYPE, codes=types, **spans))


def _board_spans(version: models.ProgrammeVersion) -> dict[str, timedelta]:
    return {
        "opens_before": timedelta(hours=version.check_opens_hours),
        "grace": timedelta(hours=version.check_grace_hours),
    }


def version_at(programme: models.Programme, at: datetime) -> models.ProgrammeVersion | None:
    """Return the version in force at a moment, None before the first; never before its approval."""
    found: models.ProgrammeVersion | None = programme.versions.in_force(at).first()
    return found


def active() -> list[models.Programme]:
    """Return the programmes that are not closed, by what they are called now."""
    rows = models.Programme.objects.filter(is_active=True)
    return sorted(rows, key=lambda one: (one.name.casefold(), one.code))


def asks_of(version: models.ProgrammeVersion, kind: CheckKind) -> frozenset[str]:
    """Return what a version asks of a check of one kind, in codes."""
    if kind is CheckKind.PSYCHOLOGICAL:
        return coverage.psychological_asks(_known(version.questionnaires))
    return coverage.medical_asks(panels=version.panels, refer_from=version.news2_refer_from)


def _known(names: Collection[str]) -> list[str]:
    """Return the questionnaires among these names, in their order."""
    return [name for name in questionnaires() if name in names]


def questionnaires_asked(
    programme: models.Programme, at: datetime, *, entries: Sequence[int] = ()
) -> list[str]:
    """Return the questionnaires that a psychological check asks at a moment, in their order.

    Of somebody with these entries it asks what every programme of theirs asks, so that one check
    does for all.
    """
    versions = versions_of(entries, CheckKind.PSYCHOLOGICAL, at=at, beside=programme)
    mine = version_at(programme, at) or models.ProgrammeVersion()
    return _known({name for version in (mine, *versions) for name in version.questionnaires})


def versions_of(
    entries: Sequence[int],
    kind: CheckKind,
    *,
    at: datetime,
    beside: models.Programme | None = None,
) -> list[models.ProgrammeVersion]:
    """Return by which rules a check of somebody counts: of the programmes they belong to.

    Of each, and of the one `beside`, the version in force and those that are to follow while a pass
    of now would hold, as far as they ask for this kind.
    """
    belongs = enrolments_at(entries, at=at).exclude(programme__closing__closed_at__lte=at)
    programmes_ = set(belongs.values_list("programme_id", flat=True))
    if beside is not None:
        programmes_.add(beside.pk)
    rows = models.ProgrammeVersion.objects.filter(
        programme__in=programmes_, approved_at__isnull=False
    ).alias(began=Greatest("effective_from", "approved_at"))
    found: dict[int, list[models.ProgrammeVersion]] = {}
    for version in rows.select_related("programme").order_by("began", "number"):
        mine = found.setdefault(version.programme_id, [])
        if version.applies_from <= at:
            mine[:] = [version]  # the later one replaces what was in force
        elif version.applies_from < at + timedelta(hours=_longest(mine)):
            mine.append(version)
    is_asked = "requires_medical" if kind is CheckKind.MEDICAL else "requires_psychological"
    return [one for number in sorted(found) for one in found[number] if getattr(one, is_asked)]


def _longest(versions: Sequence[models.ProgrammeVersion]) -> int:
    """Return for how many hours a pass under these versions holds at most; 0 under none."""
    spans = (
        max(one.check_validity_hours, one.psychological_validity_hours or 0) for one in versions
    )
    return max(spans, default=0)


def enrolments_at(entries: Sequence[int], *, at: datetime) -> QuerySet[models.Enrolment]:
    """Return the enrolments of these entries that have not ended."""
    rows: QuerySet[models.Enrolment] = models.Enrolment.objects.filter(
        Q(end=None) | Q(end__ended_at__gt=at), person__in=entries
    )
    return rows


def is_examined_for(entries: Collection[int], programme: models.Programme, *, at: datetime) -> bool:
    """Say whether a check of somebody may be held for a programme.

    They belong to it, or are away or came back on it and are not free to go without a check.
    """
    if enrolments_at(list(entries), at=at).filter(programme=programme).exists():
        return True
    posted = models.Posting.objects.filter(person__in=entries, programme=programme)
    return bool(posted.filter(Q(ended_at=None) | Q(returned__freed_at=None)).exists())


def check_open(programme: models.Programme, at: datetime) -> None:
    """Refuse a programme that is closed at a moment, in words, and keep it from being closed meanwhile.

    The caller holds the person's lock already.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM consent_programme WHERE id = %s FOR SHARE", [programme.pk])
    if models.ProgrammeClosing.objects.filter(programme=programme, closed_at__lte=at).exists():
        raise InvalidInput(
            _("%(programme)s is closed.") % {"programme": programme.name}, field="programme"
        )
