"""Writing about a result: notes and comments before its release; amending and appending after it.

None of it changes the value. What a reader of the report was told is amended, or added to, under a
signature, and the report has a new version that says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assays import signals
from assays.actions import reports, result_checks, signatures
from assays.actions.signatures import Signing
from assays.models import Result, ResultComment, Signature
from assays.queries.signatures import comment_content
from assays.rules.result_comments import LONGEST, REPORTED, CommentKind
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, policy
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.reasons import check_reason

WRITABLE = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED)


class NotReleased(Conflict):
    """The result is not released: there is nothing yet to amend or to add to."""

    kind = "not-released"


def write(
    *,
    result: Result,
    kind: CommentKind,
    text: str,
    by: Principal,
    at: datetime,
    replaces: ResultComment | None = None,
    reason: str = "",
) -> ResultComment:
    """Note something for the laboratory, or comment on a value that is not released yet.

    A note may be written at any time. What the report will say is signed with the release; an
    interpretation is a laboratory doctor's.
    """
    policy.check(by, "assays.result.comment", result)
    if kind is CommentKind.INTERPRETATION:
        policy.check(by, "assays.result.amend", result)
    if kind is CommentKind.ADDENDUM:
        raise NotAllowed(_("An addendum is signed: append it to the released result."))
    said = _text(text, replaces)
    with acting(by=by, at=at, action="assays.result.comment", reason=reason):
        state = result_checks.lock([result.pk]).get(result.pk)
        if kind in REPORTED and state not in WRITABLE:
            raise Conflict(
                _("%(result)s is released: amend it, or append to it.") % {"result": result}
            )
        _check_replaced(result, kind, replaces, reason)
        return _made(result, kind, said, replaces, reason, None, by=by, at=at)


def amend(
    *,
    result: Result,
    kind: CommentKind,
    text: str,
    by: Principal,
    at: datetime,
    reason: str,
    signing: Signing,
    replaces: ResultComment | None = None,
) -> ResultComment:
    """Sign and change what is said beside a released value; the value stays as it is."""
    policy.check(by, "assays.result.amend", result)
    check_reason(reason)
    if kind not in REPORTED:
        raise InvalidInput(_("A comment or an interpretation is amended."), field="kind")
    said = _text(text, replaces)
    with acting(by=by, at=at, action="assays.result.amend", reason=reason):
        _lock_released(result)
        signatures.check_seen(result=result, signing=signing)
        _check_replaced(result, kind, replaces, reason)
        return _signed(result, kind, said, replaces, reason, signing, by=by, at=at)


def append(
    *, result: Result, text: str, by: Principal, at: datetime, signing: Signing, reason: str = ""
) -> ResultComment:
    """Sign and add a text to a released value; nothing of what was said before changes."""
    policy.check(by, "assays.result.amend", result)
    said = _text(text, None)
    with acting(by=by, at=at, action="assays.result.append", reason=reason):
        _lock_released(result)
        signatures.check_seen(result=result, signing=signing)
        return _signed(result, CommentKind.ADDENDUM, said, None, reason, signing, by=by, at=at)


def _lock_released(result: Result) -> None:
    if result_checks.lock([result.pk]).get(result.pk) is not ResultStatus.RELEASED:
        result.refresh_from_db(fields=["status"])
        raise NotReleased(
            _("%(result)s is %(state)s; only a released result is amended or added to.")
            % {"result": result, "state": result_checks.words(result)}
        )


def _text(text: str, replaces: ResultComment | None) -> str:
    said = text.strip()
    if not said and replaces is None:
        raise InvalidInput(_("Write what is to be said."), field="text")
    if len(said) > LONGEST:
        raise InvalidInput(
            _("At most %(count)d characters fit.") % {"count": LONGEST}, field="text"
        )
    return said


def _check_replaced(
    result: Result, kind: CommentKind, replaces: ResultComment | None, reason: str
) -> None:
    """Raise unless the replaced text stands, is about this result and of the same kind."""
    if replaces is None:
        return
    check_reason(reason)
    if (replaces.result_id, replaces.kind) != (result.pk, kind):
        raise InvalidInput(_("That text is not of this kind or result."), field="replaces")
    if ResultComment.objects.filter(replaces=replaces).exists():
        raise Conflict(_("That text was replaced meanwhile; look at the result again."))


def _signed(
    result: Result,
    kind: CommentKind,
    text: str,
    replaces: ResultComment | None,
    reason: str,
    signing: Signing,
    *,
    by: Principal,
    at: datetime,
) -> ResultComment:
    """Sign the result as it will read, write the text, and make its report say so."""
    (number,) = bulk.new_ids({ResultComment: 1})[ResultComment]
    new = ResultComment(pk=number, kind=kind, text=text, recorded_by=by, recorded_at=at)
    signature = signatures.sign(
        results=[result.pk],
        signing=signing,
        by=by,
        at=at,
        comments={result.pk: _afterwards(result, new, replaces)},
    )
    made = _made(result, kind, text, replaces, reason, signature, by=by, at=at, pk=number)
    signals.result_amended.send(sender=ResultComment, result=result, comment=made, by=by, at=at)
    if result.order_item is not None:
        reports.follow(order_id=result.order_item.order_id, by=by, at=at, reason=reason)
    return made


def _afterwards(
    result: Result, new: ResultComment, replaces: ResultComment | None
) -> Sequence[dict[str, Any]]:
    """Return the comments that the report gives once this one stands."""
    rows = ResultComment.objects.filter(result=result, replaced_by=None).exclude(
        kind=CommentKind.NOTE
    )
    standing = [one for one in rows.exclude(text="").order_by("id") if one != replaces]
    return [comment_content(one) for one in [*standing, *([new] if new.text else [])]]


def _made(
    result: Result,
    kind: CommentKind,
    text: str,
    replaces: ResultComment | None,
    reason: str,
    signature: Signature | None,
    *,
    by: Principal,
    at: datetime,
    **more: Any,
) -> ResultComment:
    made: ResultComment = ResultComment.objects.create(
        result=result,
        kind=kind,
        text=text,
        replaces=replaces,
        reason=reason.strip(),
        signature=signature,
        recorded_by=by,
        recorded_at=at,
        **more,
    )
    return made
