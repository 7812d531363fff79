"""What orders are asked: writing questions, and keeping what was answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from assays.models import Assay, Order, OrderAnswer, OrderQuestion
from assays.queries.order_questions import asked_of
from assays.rules.order_questions import AnswerKind, QuestionRefused, check_question, read_answer
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason
from patients.actions.gateway import insert


class QuestionsOpen(InvalidInput):
    """Answers are wanting, or do not answer; `errors` pairs the code of each question with why."""

    kind = "questions-open"

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__(_("Answer what is asked about this order."), field="answers")
        self.errors = tuple(errors)


def ask(
    *,
    assay: Assay,
    code: str,
    text: str,
    by: Principal,
    at: datetime,
    kind: str = AnswerKind.TEXT,
    unit: str = "",
    options: Sequence[str] = (),
    is_required: bool = False,
    position: int = 1,
) -> OrderQuestion:
    """Ask a question whenever an assay is ordered, from now on."""
    policy.check(by, "assays.catalogue.draft")
    check_question(AnswerKind(kind), options, unit)
    with acting(by=by, at=at, action="catalogue.question.ask"):
        if OrderQuestion.objects.filter(assay=assay, code=code, is_active=True).exists():
            raise Conflict(
                _("“%(code)s” is asked of %(assay)s already; stop asking it first.")
                % {"code": code, "assay": assay}
            )
        row = OrderQuestion(
            assay=assay,
            code=code,
            text=text.strip(),
            kind=kind,
            unit=unit,
            options=list(options),
            is_required=is_required,
            position=position,
            recorded_by=by,
            recorded_at=at,
        )
        return insert(row)


def stop_asking(*, question: OrderQuestion, by: Principal, at: datetime, reason: str) -> None:
    """Ask a question no more; what was answered stays."""
    policy.check(by, "assays.catalogue.draft")
    check_reason(reason)
    with acting(by=by, at=at, action="catalogue.question.stop", reason=reason):
        rows = OrderQuestion.objects.filter(pk=question.pk, is_active=True)
        if not rows.update(is_active=False):
            raise Conflict(_("This question is not asked any more."))


def answer(
    *,
    order: Order,
    assays: Collection[int],
    answers: Mapping[str, str],
    by: Principal,
    at: datetime,
) -> list[OrderAnswer]:
    """Keep the answers about newly ordered assays; part of placing an order and of adding to it.

    Raises QuestionsOpen, naming every question, where a required one is not answered or an answer
    does not fit. An answer to a question that is not asked is refused: it would be lost.
    """
    asked = asked_of(assays)
    known = set(order.answers.values_list("question__code", flat=True))
    errors, kept = [], []
    for question in asked:
        if question.code in known:
            continue
        try:
            value = read_answer(
                answers.get(question.code, ""),
                kind=AnswerKind(question.kind),
                choices=question.options,
                latest=localtime(at).date(),
            )
        except QuestionRefused as wrong:
            errors.append((question.code, _(str(wrong))))
            continue
        if value:
            kept.append(OrderAnswer(order=order, question=question, value=value))
        elif question.is_required:
            errors.append((question.code, _("This has to be answered.")))
    strange = set(answers) - {question.code for question in asked}
    errors += [(code, _("This is not asked about this order.")) for code in sorted(strange)]
    if errors:
        raise QuestionsOpen(errors)
    for row in kept:
        row.recorded_by, row.recorded_at = by, at
        insert(row)
    return kept
