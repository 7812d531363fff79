"""Taking responsibility for rows of limits, or declining it, under one's own name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import versions
from assays.models import RangeRefusal, RangeSignature, ReferenceInterval
from assays.queries import range_rows
from assays.queries.range_rows import ENDED, FIELDS, LimitRow
from assays.rules.range_rows import WORDS, RowKind, RowRef
from labsys.accounts.actions import step_ups
from labsys.accounts.models import Principal, StepUp
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed, Refusal
from labsys.lib.reasons import check_reason

MOST_AT_ONCE = 200


class NothingToSign(Refusal):
    """There is nothing in this row to take responsibility for, or no more."""

    kind = "nothing-to-sign"


def sign_interval(
    *,
    interval: ReferenceInterval,
    step_up: StepUp | None,
    by: Principal,
    at: datetime,
    note: str = "",
) -> RangeSignature:
    """Take responsibility for one reference interval; see `sign_rows`."""
    ref = RowRef(RowKind.REFERENCE, interval.pk)
    (made,) = sign_rows(refs=[ref], step_up=step_up, by=by, at=at, note=note)
    return made


def sign_rows(
    *,
    refs: Sequence[RowRef],
    step_up: StepUp | None,
    by: Principal,
    at: datetime,
    note: str = "",
) -> list[RangeSignature]:
    """Take responsibility for rows of limits in this laboratory: for all that are named, or none.

    `step_up` is the password given again, as for a release. Whoever wrote a row does not sign it. A
    signature holds for the identical row of later versions, and for no other.
    """
    _check_who(by, refs)
    given = step_ups.check(step_up=step_up, by=by, at=at)
    with acting(by=by, at=at, action="catalogue.interval.sign", reason=note):
        versions.lock()
        rows = _open(refs)
        _check_writers(rows, by)
        made = []
        for row in rows:
            signature = RangeSignature.objects.create(
                **{f"{FIELDS[row.kind]}_id": row.ref.row_id},
                signed_by=by,
                step_up=given,
                recorded_at=at,
                note=note.strip(),
            )
            versions.record(signature, old="", new="SIGNED", by=by, at=at, reason=note)
            made.append(signature)
    return made


def refuse_rows(
    *, refs: Sequence[RowRef], by: Principal, at: datetime, reason: str
) -> list[RangeRefusal]:
    """Decline to take responsibility for rows of limits, and say why.

    Nothing about the rows changes: they stay unsigned, marked for whoever drafts the next version.
    Somebody may still sign them.
    """
    _check_who(by, refs)
    check_reason(reason)
    with acting(by=by, at=at, action="catalogue.interval.refuse", reason=reason):
        versions.lock()
        return [
            RangeRefusal.objects.create(
                **{f"{FIELDS[row.kind]}_id": row.ref.row_id},
                reason=reason.strip(),
                refused_by=by,
                recorded_at=at,
            )
            for row in _open(refs)
        ]


def _check_who(by: Principal, refs: Sequence[RowRef]) -> None:
    policy.check(by, "assays.range.sign")
    if by.kind != "PERSON":
        raise NotAllowed(_("Only a named person signs a row of limits."))
    if not refs:
        raise InvalidInput(_("Choose at least one row."), field="rows")
    if len(refs) > MOST_AT_ONCE:
        raise InvalidInput(
            _("At most %(most)d rows at once.") % {"most": MOST_AT_ONCE}, field="rows"
        )


def _open(refs: Sequence[RowRef]) -> list[LimitRow]:
    """Return the rows named, all of them open; read under the catalogue's lock."""
    found = range_rows.named(refs)
    for ref in refs:
        if ref not in found:
            raise NothingToSign(
                _("No interval is established for these patients; draft a version that gives one.")
            )
        _check_open(found[ref])
    return [found[ref] for ref in dict.fromkeys(refs)]


def _check_open(row: LimitRow) -> None:
    if row.version.status in ENDED:
        raise NothingToSign(
            _("%(version)s is no longer in force; sign the row of the version that is.")
            % {"version": row.version}
        )
    if row.is_signed:
        raise Conflict(
            _("%(what)s of %(version)s: this is signed already.")
            % {"what": _(WORDS[row.kind]).capitalize(), "version": row.version}
        )


def _check_writers(rows: Sequence[LimitRow], by: Principal) -> None:
    writers = range_rows.writers(rows)
    for row in rows:
        if writers[row.ref] == by.pk:
            raise NotAllowed(
                _("You wrote the %(what)s of %(version)s yourself; somebody else signs them.")
                % {"what": _(WORDS[row.kind]), "version": row.version}
            )
