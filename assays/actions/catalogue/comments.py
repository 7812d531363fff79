"""Drafting interpretation comments: a wording per language, and of which results it is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from assays.actions import versions
from assays.models import Analyte, CodedComment, CodedCommentVersion
from assays.rules import coded_comments
from assays.rules.coded_comments import LANGUAGES, LONGEST_CONDITION
from assays.rules.expressions import ExpressionRefused
from assays.rules.flags import Flag
from assays.rules.result_comments import LONGEST
from assays.rules.states import VersionStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.errors import InvalidInput
from labsys.lib.reasons import check_reason


def draft_comment(
    *,
    code: str,
    name: str,
    texts: Mapping[str, str],
    by: Principal,
    at: datetime,
    note: str,
    analyte: Analyte | None = None,
    flags: Sequence[str] = (),
    condition: str = "",
) -> CodedCommentVersion:
    """Draft a comment, or the next version of the one that has this code.

    What was said of a result before keeps its wording, whatever the comment says later. A comment
    that exists takes another name when the version that gives it comes into force.
    """
    versions.check_drafter(by)
    check_reason(note)
    said = _checked_texts(texts)
    _check_rule(analyte, flags, condition)
    with acting(by=by, at=at, action="catalogue.comment.draft", reason=note):
        versions.lock()
        comment = CodedComment.objects.filter(code=code).first()
        if comment is None:
            comment = CodedComment.objects.create(code=_checked_code(code), name=name.strip())
        newest = comment.versions.aggregate(newest=Max("number"))["newest"] or 0
        draft = CodedCommentVersion.objects.create(
            comment=comment,
            number=newest + 1,
            name=name.strip(),
            texts=said,
            analyte=analyte,
            flags=list(flags),
            condition=condition.strip(),
            note=note,
            status=VersionStatus.DRAFT,
            drafted_by=by,
            drafted_at=at,
        )
        versions.record(draft, old="", new=VersionStatus.DRAFT, by=by, at=at, reason=note)
    return draft


def _checked_code(code: str) -> str:
    if not (
        code.isascii() and 0 < len(code) <= 32 and code.replace("-", "").replace("_", "").isalnum()
    ):
        raise InvalidInput(
            _("A code is 1 to 32 letters, digits, dashes or underscores."), field="code"
        )
    return code


def _checked_texts(texts: Mapping[str, str]) -> dict[str, str]:
    said = {language: text.strip() for language, text in texts.items() if text.strip()}
    if not said:
        raise InvalidInput(_("Write what the comment says."), field=f"text_{LANGUAGES[0]}")
    for language, text in said.items():
        if language not in LANGUAGES:
            raise InvalidInput(
                _("There is no wording in the language %(code)s.") % {"code": language[:8]}
            )
        if len(text) > LONGEST:
            raise InvalidInput(
                _("At most %(count)d characters fit.") % {"count": LONGEST},
                field=f"text_{language}",
            )
    return said


def _check_rule(analyte: Analyte | None, flags: Sequence[str], condition: str) -> None:
    if (flags or condition.strip()) and analyte is None:
        raise InvalidInput(
            _("A comment that is said by itself is of one analyte; choose it."), field="analyte"
        )
    unknown = sorted(set(flags) - set(Flag))
    if unknown:
        raise InvalidInput(
            _("“%(flag)s” is not a flag; the flags are %(known)s.")
            % {"flag": unknown[0][:20], "known": ", ".join(Flag)},
            field="flags",
        )
    if len(condition) > LONGEST_CONDITION:
        raise InvalidInput(
            _("At most %(count)d characters fit.") % {"count": LONGEST_CONDITION},
            field="condition",
        )
    if condition.strip():
        try:
            coded_comments.check_condition(condition.strip())
        except ExpressionRefused as refused:
            raise InvalidInput(_(refused.message) % refused.params, field="condition") from refused
