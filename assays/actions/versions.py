"""The life of everything versioned: assay versions, panel versions, unit conversions, code mappings.

Draft, approved by somebody else, active (now or from a date), retired. What is active is never
edited: a change is a new version. Each move leaves a `CatalogueEvent`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from assays import signals
from assays.actions.coverage_gate import NotCovered, check_covered
from assays.actions.loop_gate import check_no_loop
from assays.models import (
    Analyte,
    AssayVersion,
    CalculationVersion,
    CatalogueEvent,
    CodedComment,
    CodedCommentVersion,
    DriverFamily,
    Instrument,
    PanelVersion,
    RangeSignature,
    ReflexVersion,
)
from assays.models.catalogue_events import COLUMNS, VERSIONED
from assays.models.versioned import Versioned
from assays.rules.states import VERSION, VersionStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import WORLD_TOLERANCE
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed, Refusal
from labsys.lib.reasons import check_reason

CATALOGUE_LOCK = 76_115_001


class SamePerson(Refusal):
    """The author of a draft wanted to approve it."""

    kind = "same-person"


class Outdated(Conflict):
    """Another version came into force after this one was drafted."""

    kind = "outdated"


class VersionMoved(Conflict):
    """The version was not in the state that the caller expected."""


def approve(*, version: Versioned, by: Principal, at: datetime, reason: str = "") -> None:
    """Approve a draft of somebody else."""
    policy.check(by, "assays.catalogue.approve")
    if version.drafted_by_id == by.pk:
        raise SamePerson(
            _("You drafted %(version)s yourself; somebody else has to approve it.")
            % {"version": version}
        )
    with acting(by=by, at=at, action=f"{version.LIFE.noun}.approve", reason=reason):
        _check_complete(version)
        _move(
            version,
            to=VersionStatus.APPROVED,
            by=by,
            at=at,
            reason=reason,
            approved_by=by,
            approved_at=at,
        )


def activate(
    *, version: Versioned, by: Principal, at: datetime, active_from: datetime | None = None
) -> None:
    """Bring an approved version into force: now, or from a later moment on.

    The version in force until then is retired in the same transaction. One that starts later stays
    approved with its date, and `activate_due` brings it in.
    """
    policy.check(by, "assays.catalogue.approve")
    starts = active_from or at
    if starts < at - WORLD_TOLERANCE:
        raise InvalidInput(
            _(
                "A version cannot come into force in the past: results recorded since then rest on "
                "the version before."
            ),
            field="active_from",
        )
    with acting(by=by, at=at, action=f"{version.LIFE.noun}.activate"):
        if starts > at:
            _schedule(version, starts, by=by, at=at)
        else:
            _bring_into_force(version, by=by, at=at)


def activate_due(*, by: Principal, at: datetime) -> list[str]:
    """Bring into force every approved version whose date has come; return what each one is.

    One that can no longer come into force is discarded with the reason, so that it is tried once.
    """
    done = []
    for model in VERSIONED:
        due = model.objects.filter(status=VersionStatus.APPROVED, active_from__lte=at)
        for version in due.order_by("active_from", "id"):
            try:
                with acting(by=by, at=at, action=f"{version.LIFE.noun}.activate"):
                    _bring_into_force(version, by=by, at=at, reason=_("its date has come"))
            except (NotCovered, Outdated) as refusal:
                with acting(by=by, at=at, action=f"{version.LIFE.noun}.discard"):
                    _move(version, to=VersionStatus.DISCARDED, by=by, at=at, reason=str(refusal))
            done.append(str(version))
    return done


def bring_in_shipped(*, drafts: Sequence[Versioned], by: Principal, at: datetime) -> None:
    """Approve and activate drafts of what ships, many in one statement; by `system:seed` alone.

    The table's constraint exempts `system:seed` from the second person, nobody else. Its intervals
    stay unsigned, so nothing that rests on them alone is ever released automatically.
    """
    if not drafts:
        return
    if by.name != "system:seed":
        raise NotAllowed(_("Only what ships with labsys comes into force without a second person."))
    life = (
        ("", VersionStatus.DRAFT, {}),
        (VersionStatus.DRAFT, VersionStatus.APPROVED, {"approved_by": by, "approved_at": at}),
        (VersionStatus.APPROVED, VersionStatus.ACTIVE, {"active_from": at}),
    )
    model, subject = type(drafts[0]), COLUMNS[type(drafts[0])]
    with acting(by=by, at=at, action=f"{drafts[0].LIFE.noun}.bring_in"):
        lock()
        for old, new, changes in life:
            rows = model.objects.filter(pk__in=[draft.pk for draft in drafts], status=old)
            if old and rows.update(status=new, **changes) != len(drafts):
                raise VersionMoved(_("Something that ships was changed meanwhile."))
            CatalogueEvent.objects.bulk_create(
                CatalogueEvent(**{subject: draft}, old=old, new=new, recorded_by=by, recorded_at=at)
                for draft in drafts
            )


def retire(*, version: Versioned, by: Principal, at: datetime, reason: str) -> None:
    """Take a version out of force without a successor."""
    policy.check(by, "assays.catalogue.approve")
    check_reason(reason)
    with acting(by=by, at=at, action=f"{version.LIFE.noun}.retire", reason=reason):
        _check_unused(version)
        _move(version, to=VersionStatus.RETIRED, by=by, at=at, reason=reason, active_until=at)


def discard(*, version: Versioned, by: Principal, at: datetime, reason: str) -> None:
    """Drop a draft, or an approved version that never came into force."""
    policy.check(by, "assays.catalogue.draft")
    check_reason(reason)
    with acting(by=by, at=at, action=f"{version.LIFE.noun}.discard", reason=reason):
        _move(version, to=VersionStatus.DISCARDED, by=by, at=at, reason=reason)


def check_drafter(by: Principal) -> None:
    """Raise NotAllowed unless this principal may draft changes of the catalogue."""
    policy.check(by, "assays.catalogue.draft")
    if by.kind != "PERSON":
        raise NotAllowed(_("Only a person drafts changes of the catalogue."))


def record(
    subject: Versioned | RangeSignature | Analyte,
    *,
    old: str,
    new: str,
    by: Principal,
    at: datetime,
    reason: str = "",
) -> CatalogueEvent:
    """Append the event of a move, of a birth (old is blank) or of a signature.

    Events become visible in the order of their ids, because the lock is kept until the commit:
    otherwise a cached catalogue could have seen a later one and miss an earlier one.
    """
    lock()
    return CatalogueEvent.objects.create(
        **{COLUMNS[type(subject)]: subject},
        old=old,
        new=new,
        reason=reason,
        recorded_by=by,
        recorded_at=at,
    )


def lock() -> None:
    """Wait for every other change of the catalogue to commit; ends with this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CATALOGUE_LOCK])


def _check_complete(version: Versioned) -> None:
    if isinstance(version, PanelVersion) and not version.members.exists():
        raise Conflict(_("%(panel)s holds no assay.") % {"panel": version})
    if isinstance(version, CalculationVersion | ReflexVersion):
        lock()
        check_no_loop(version)


def _check_unused(version: Versioned) -> None:
    """A family that reads somebody's messages stays in force, or what they send would be held."""
    if not isinstance(version, DriverFamily):
        return
    lock()
    users = Instrument.objects.filter(driver=version.name, is_active=True).order_by("code")
    if names := ", ".join(users.values_list("name", flat=True)[:5]):
        raise Conflict(
            _("%(version)s still reads what %(instruments)s send; give them another driver first.")
            % {"version": version, "instruments": names}
        )


def _schedule(version: Versioned, starts: datetime, *, by: Principal, at: datetime) -> None:
    lock()
    if isinstance(version, AssayVersion):
        check_covered(version)
    rows = type(version).objects.filter(pk=version.pk, status=VersionStatus.APPROVED)
    if not rows.update(active_from=starts):
        raise VersionMoved(
            _("%(version)s is not approved, so it cannot be given a date.") % {"version": version}
        )
    record(
        version,
        old=VersionStatus.APPROVED,
        new=VersionStatus.APPROVED,
        by=by,
        at=at,
        reason=_("comes into force at %(moment)s") % {"moment": starts.isoformat()},
    )


def _bring_into_force(version: Versioned, *, by: Principal, at: datetime, reason: str = "") -> None:
    lock()
    if isinstance(version, AssayVersion):
        check_covered(version)
    same = {name: getattr(version, name) for name in version.LIFE.key}
    for before in type(version).objects.filter(**same, status=VersionStatus.ACTIVE):
        if before.active_from is not None and version.drafted_at < before.active_from:
            raise Outdated(
                _(
                    "%(before)s came into force after %(version)s was drafted and would be undone; "
                    "draft the change anew."
                )
                % {"before": before, "version": version}
            )
        _move(
            before,
            to=VersionStatus.RETIRED,
            by=by,
            at=at,
            active_until=at,
            reason=_("replaced by %(version)s") % {"version": version},
        )
    if isinstance(version, CodedCommentVersion) and version.name:
        CodedComment.objects.filter(pk=version.comment_id).update(name=version.name)
    _move(version, to=VersionStatus.ACTIVE, by=by, at=at, active_from=at, reason=reason)
    signals.version_activated.send(sender=type(version), version=version, by=by, at=at)


def _move(
    version: Versioned,
    *,
    to: VersionStatus,
    by: Principal,
    at: datetime,
    reason: str = "",
    **changes: Any,
) -> None:
    """Move a version from the state its row was read in; the only place that sets the status."""
    lock()
    old = VersionStatus(version.status)
    if not VERSION.can_move(old, to):
        raise VersionMoved(
            _("%(version)s is %(old)s; it cannot become %(new)s.")
            % {"version": version, "old": old.lower(), "new": to.lower()}
        )
    rows = type(version).objects.filter(pk=version.pk, status=old)
    if not rows.update(status=to, **changes):
        raise VersionMoved(
            _("%(version)s is no longer %(old)s; look at it again.")
            % {"version": version, "old": old.lower()}
        )
    version.status = to
    for name, value in changes.items():
        setattr(version, name, value)
    record(version, old=old, new=to, by=by, at=at, reason=reason)
