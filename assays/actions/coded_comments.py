"""Saying comments of the catalogue of results: by their rules, or chosen by whoever verifies.

The wording is copied to the result. A later version of the comment changes nothing that was said,
released or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import result_checks, result_comments
from assays.models import CodedCommentVersion, Result, ResultComment
from assays.queries import catalogue
from assays.queries import coded_comments as queries
from assays.rules.catalogue_in_force import Catalogue
from assays.rules.coded_comments import applying
from assays.rules.evaluation import Finding
from assays.rules.result_comments import CommentKind
from assays.rules.states import VersionStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason

KIND = CommentKind.INTERPRETATION


def attach(
    *, findings: Sequence[Finding], by: Principal, at: datetime, held: Catalogue | None = None
) -> None:
    """Say the comments whose rules these results meet, each once, of what is not released yet.

    One that was said before, by whichever version or person, is not said again, though somebody took
    it back. Costs no query while no rule looks at one of the analytes.
    """
    held = held or catalogue.current()
    rules = [one for one in held.comments if one.rule.is_automatic]
    looked_at = {one.analyte for one in rules}
    flags = {one.result_id: one.flags for one in findings if one.analyte in looked_at}
    if not flags:
        return
    rows = list(Result.objects.filter(pk__in=flags).select_related("analyte"))
    seen = queries.seen(rows, flags)
    by_version = {one.version_id: one for one in rules}
    met = [
        (result_id, by_version[rule.version_id])
        for result_id, value in sorted(seen.items())
        for rule in applying([one.rule for one in rules], value)
    ]
    if not met:
        return
    with acting(by=by, at=at, action="assays.result.comment"):
        states = result_checks.lock([result_id for result_id, _comment in met])
        before = set(
            ResultComment.objects.filter(result__in=states, coded__isnull=False).values_list(
                "result_id", "coded__comment_id"
            )
        )
        ResultComment.objects.bulk_create(
            ResultComment(
                result_id=result_id,
                kind=KIND,
                text=queries.said(dict(comment.texts)),
                coded_id=comment.version_id,
                is_by_rule=True,
                recorded_by=by,
                recorded_at=at,
            )
            for result_id, comment in met
            if states[result_id] in result_comments.WRITABLE
            and (result_id, comment.comment_id) not in before
        )


def choose(
    *, result: Result, version: CodedCommentVersion, by: Principal, at: datetime
) -> ResultComment:
    """Say a comment of the catalogue of a value that is not released yet; it is signed with it."""
    policy.check(by, "assays.result.comment", result)
    with acting(by=by, at=at, action="assays.result.comment"):
        state = result_checks.lock([result.pk]).get(result.pk)
        if state not in result_comments.WRITABLE:
            raise Conflict(
                _("%(result)s is released: amend it, or append to it.") % {"result": result}
            )
        found = CodedCommentVersion.objects.select_related("comment").get(pk=version.pk)
        if found.status != VersionStatus.ACTIVE:
            raise Conflict(_("%(comment)s is not in force.") % {"comment": found})
        if found.analyte_id not in (None, result.analyte_id):
            raise InvalidInput(
                _("%(comment)s is said of another analyte.") % {"comment": found}, field="version"
            )
        standing = ResultComment.objects.filter(
            result=result, coded__comment=found.comment, replaced_by=None
        )
        if standing.exclude(text="").exists():
            raise Conflict(_("This comment is said of the result already."))
        made: ResultComment = ResultComment.objects.create(
            result=result,
            kind=KIND,
            text=queries.said(found.texts),
            coded=found,
            recorded_by=by,
            recorded_at=at,
        )
    return made


def take_back(*, comment: ResultComment, by: Principal, at: datetime, reason: str) -> ResultComment:
    """Take back a comment of the catalogue from a value that is not released yet."""
    policy.check(by, "assays.result.comment", comment.result)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.result.comment", reason=reason):
        state = result_checks.lock([comment.result_id]).get(comment.result_id)
        if state not in result_comments.WRITABLE:
            raise Conflict(
                _("%(result)s is released: amend it, or append to it.") % {"result": comment.result}
            )
        if comment.coded_id is None or not comment.text:
            raise InvalidInput(_("This is no comment of the catalogue."), field="comment")
        if ResultComment.objects.filter(replaces=comment).exists():
            raise Conflict(_("That text was replaced meanwhile; look at the result again."))
        made: ResultComment = ResultComment.objects.create(
            result_id=comment.result_id,
            kind=comment.kind,
            text="",
            replaces=comment,
            reason=reason.strip(),
            recorded_by=by,
            recorded_at=at,
        )
    return made
