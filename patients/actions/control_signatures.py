"""Names under set-points and controllers' documents: a drafter and two others, each under a digest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from labsys.accounts.actions import step_ups
from labsys.accounts.models import Principal, StepUp
from labsys.audit.context import acting
from labsys.lib.errors import Conflict, NotAllowed
from patients.actions.gateway import claiming, insert
from patients.models import ControlDocumentVersion, SetPoint
from patients.queries.control_signatures import digest_of
from patients.rules.control_signatures import ALGORITHM, DRAFTED
from patients.rules.controllers import SIGNATURES_NEEDED


class SignedTwice(NotAllowed):
    """Somebody would stand twice under one content."""

    kind = "signed-twice"


def draft(*, row: SetPoint | ControlDocumentVersion, by: Principal, at: datetime) -> None:
    """Put the drafter's name under what was drafted, without a password; called as it is recorded."""
    with acting(by=by, at=at, action="patients.control_signature.draft"):
        insert(_name(row, DRAFTED, name=by.display_name, step_up=None, by=by, at=at))


def sign(
    *,
    row: SetPoint | ControlDocumentVersion,
    seen: str,
    step_up: StepUp | None,
    by: Principal,
    at: datetime,
) -> int:
    """Put somebody's name under a content they saw, and return how many have signed it now.

    `seen` is the digest of what the page showed. The caller holds what keeps others from signing it
    meanwhile; the database refuses a person who stands there already all the same.
    """
    given = step_ups.check(step_up=step_up, by=by, at=at)
    names = list(row.signatures.values_list("position", "signed_by_id"))
    check_may_sign(names=names, by=by, at=at)
    if seen != digest_of(row):
        raise Conflict(_("This is not what the page showed from which you sign; look at it again."))
    place = 1 + sum(position > DRAFTED for position, _who in names)
    again = SignedTwice(_("You stand under this already: two other people sign it."))
    raced = Conflict(_("Somebody else signed in the same moment; look at it again."))
    noun = "setpointsignature" if isinstance(row, SetPoint) else "controldocumentsignature"
    refusals = {f"patients_{noun}_once_each": again, f"patients_{noun}_place": raced}
    action = "patients.control_signature.sign"
    with claiming(refusals), acting(by=by, at=at, action=action):
        name = given.session.user.full_name
        insert(_name(row, place, name=name, step_up=given, by=by, at=at))
    return place


def check_may_sign(*, names: list[tuple[int, int]], by: Principal, at: datetime) -> None:
    """Raise unless there is a place left that this person may take; `names` are (place, who)."""
    if sum(position > DRAFTED for position, _who in names) >= SIGNATURES_NEEDED:
        raise Conflict(_("Two people have signed this already."))
    if by.pk in {who for _place, who in names}:
        raise SignedTwice(_("You stand under this already: two other people sign it."))


def _name(row: Any, position: int, **given: Any) -> Any:
    by, at = given.pop("by"), given.pop("at")
    model, field = row.signatures.model, row.signatures.field.name
    return model(
        **{field: row},
        position=position,
        signed_by=by,
        signed_name=given["name"],
        signed_at=at,
        algorithm=ALGORITHM,
        sha256=digest_of(row),
        step_up=given["step_up"],
    )
