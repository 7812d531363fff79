"""The catalogue of clinical signs: drafted, and in force once somebody else approved it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from patients.actions.gateway import claiming, insert, required
from patients.models import Sign

DRAFT, APPROVE = "patients.sign.draft", "patients.sign.approve"


def draft(
    *,
    by: Principal,
    at: datetime,
    code: str,
    name: str,
    kind: str,
    meaning: str,
    unit: str = "",
    grades: Sequence[dict[str, str]] = (),
) -> Sign:
    """Draft a sign, or the next version of one that is there; it is used once it is approved."""
    policy.check(by, DRAFT)
    if kind not in Sign.Kind.values:
        raise InvalidInput(_("Say graded, measured, or present and absent."), field="kind")
    is_measured, is_graded = kind == Sign.Kind.MEASURED, kind == Sign.Kind.GRADED
    if bool(unit.strip()) != is_measured:
        raise InvalidInput(_("A measured sign has a unit, and no other has one."), field="unit")
    if bool(grades) != is_graded:
        raise InvalidInput(_("A graded sign has grades, and no other has any."), field="grades")
    name = required(name, field="name", what=_("Say what the sign is called."))
    meaning = required(meaning, field="meaning", what=_("Say in words what is looked for."))
    before = Sign.objects.filter(code=code)
    if before.exclude(kind=kind).exists():
        raise InvalidInput(
            _("This sign was told in another way before; give a new sign a code of its own."),
            field="kind",
        )
    if is_measured and before.exclude(unit=unit.strip()).exists():
        raise InvalidInput(
            _("This sign was measured in another unit before; give it a code of its own."),
            field="unit",
        )
    twice = Conflict(_("Somebody drafted this sign at the same moment; look at their draft first."))
    with (
        claiming({"patients_sign_number": twice}),
        acting(by=by, at=at, action="patients.sign.draft"),
    ):
        last = before.aggregate(last=Max("number"))["last"] or 0
        return insert(
            Sign(
                code=code,
                number=last + 1,
                name=name,
                kind=kind,
                unit=unit.strip(),
                grades=list(grades),
                meaning=meaning,
                status=Sign.Status.DRAFT,
                drafted_by=by,
                drafted_at=at,
            )
        )


def approve(*, by: Principal, at: datetime, sign: Sign) -> Sign:
    """Put a draft in force in place of the version before it; never one's own."""
    policy.check(by, APPROVE)
    if sign.drafted_by_id == by.pk:
        raise NotAllowed(_("You drafted this; somebody else approves it."))
    with acting(by=by, at=at, action="patients.sign.approve"):
        # The row of every version is the lock: two drafts of one sign are approved one after the other.
        held = {
            row.pk: row
            for row in Sign.objects.select_for_update().filter(code=sign.code).order_by("pk")
        }
        if held[sign.pk].status != Sign.Status.DRAFT:
            raise Conflict(_("This is no draft any more; look at the sign again."))
        if any(
            row.status == Sign.Status.ACTIVE and row.number > sign.number for row in held.values()
        ):
            raise Conflict(_("A later version is in force; draft this one anew."))
        Sign.objects.filter(code=sign.code, status=Sign.Status.ACTIVE).update(
            status=Sign.Status.RETIRED, ended_at=at
        )
        Sign.objects.filter(pk=sign.pk).update(
            status=Sign.Status.ACTIVE, approved_by=by, approved_at=at
        )
    sign.refresh_from_db()
    return sign


def discard(*, by: Principal, at: datetime, sign: Sign) -> Sign:
    """Put a draft aside."""
    policy.check(by, DRAFT)
    return _leave(sign, Sign.Status.DRAFT, Sign.Status.DISCARDED, by=by, at=at, verb="discard")


def retire(*, by: Principal, at: datetime, sign: Sign) -> Sign:
    """Take a sign out of use; what was seen of it stays."""
    policy.check(by, APPROVE)
    return _leave(sign, Sign.Status.ACTIVE, Sign.Status.RETIRED, by=by, at=at, verb="retire")


def _leave(
    sign: Sign, old: Sign.Status, new: Sign.Status, *, by: Principal, at: datetime, verb: str
) -> Sign:
    with acting(by=by, at=at, action=f"patients.sign.{verb}"):
        if not Sign.objects.filter(pk=sign.pk, status=old).update(status=new, ended_at=at):
            raise Conflict(_("This sign is not what it was any more; look at it again."))
    sign.refresh_from_db()
    return sign
