"""What can be done with one result on its page: who may, when, what is asked, which action it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assays.actions import coded_comments, corrections, result_comments, results
from assays.models import CodedCommentVersion, Result, ResultComment
from assays.pages import attempt_acts
from assays.pages.signing import ReleaseForm, SigningForm
from assays.queries import catalogue, typed_values
from assays.queries import coded_comments as coded_queries
from assays.rules.result_comments import LONGEST, WORDS, CommentKind
from assays.rules.signatures import Meaning
from assays.rules.states import RESULT, ResultStatus
from labsys.accounts.models import Principal
from labsys.lib import units

Status = ResultStatus
UNRELEASED = (Status.RESULTED, Status.TECHNICALLY_VERIFIED)
TEXT = forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST})
REPORT_KINDS = [
    (one.value, _(WORDS[one])) for one in (CommentKind.COMMENT, CommentKind.INTERPRETATION)
]


class PlainForm(forms.Form):
    """Asks nothing; every form of the page is made the same way."""

    def __init__(self, *args: Any, request: HttpRequest, result: Result, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)


class WhyForm(PlainForm):
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))


class SignedForm(SigningForm):
    """A form of this page that is signed."""

    def __init__(self, *args: Any, request: HttpRequest, result: Result, **kwargs: Any) -> None:
        super().__init__(*args, request=request, label_suffix="", **kwargs)
        self.result = result


class SignedRelease(ReleaseForm, SignedForm):
    """The signature of a release."""


class CorrectionForm(SignedForm):
    """Asks for the right value, in the assay's unit or as one of its codes, and why."""

    meanings = (Meaning.CORRECTED,)
    value = forms.CharField(label=_("Right value"), max_length=64)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("value", "reason", "password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = self.result.assay_version
        unit = units.shown(version.unit)
        parts = [_("In %(unit)s.") % {"unit": unit}] if unit else []
        if version.answers:
            parts.append(_("Codes: %(codes)s.") % {"codes": ", ".join(version.answers)})
        self.fields["value"].help_text = " ".join(str(part) for part in parts)
        self.fields["value"].widget.attrs["autocomplete"] = "off"


class WithdrawalForm(SignedForm):
    meanings = (Meaning.WITHDRAWN,)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("reason", "password")


class AmendmentForm(SignedForm):
    """Asks what is said beside the value from now on, instead of what, and why."""

    meanings = (Meaning.AMENDED,)
    kind = forms.ChoiceField(label=_("What is amended"), choices=REPORT_KINDS)
    replaces = forms.ModelChoiceField(
        label=_("Instead of"),
        queryset=ResultComment.objects.none(),
        required=False,
        empty_label=_("nothing: it is said as well"),
    )
    text = forms.CharField(
        label=_("New text"),
        required=False,
        widget=TEXT,
        help_text=_("Empty: what it stands instead of is taken back."),
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("kind", "replaces", "text", "reason", "password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["replaces"]
        choice.queryset = ResultComment.objects.filter(
            result=self.result, replaced_by=None, kind__in=[one for one, _words in REPORT_KINDS]
        ).exclude(text="")
        choice.label_from_instance = lambda one: f"{one.get_kind_display()}: {one.text[:60]}"


class AddendumForm(SignedForm):
    meanings = (Meaning.APPENDED,)
    text = forms.CharField(label=_("Addendum"), widget=TEXT)
    field_order = ("text", "password")


class NoteForm(PlainForm):
    text = forms.CharField(label=_("Note"), widget=TEXT)


class CommentForm(PlainForm):
    kind = forms.ChoiceField(label=_("What it is"), choices=REPORT_KINDS)
    text = forms.CharField(label=_("Text"), widget=TEXT)


class ChosenForm(PlainForm):
    """Asks which comment of the catalogue is said."""

    version = forms.ModelChoiceField(
        label=_("Comment"), queryset=CodedCommentVersion.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, result: Result, **kwargs: Any) -> None:
        super().__init__(*args, result=result, **kwargs)
        choice: Any = self.fields["version"]
        choice.queryset = coded_queries.offered(result)
        choice.label_from_instance = lambda one: (
            f"{one.comment.name}: {coded_queries.said(one.texts)[:80]}"
        )


class TakeBackForm(WhyForm):
    """Asks which comment of the catalogue is taken back, and why."""

    comment = forms.ModelChoiceField(
        label=_("Comment"), queryset=ResultComment.objects.none(), empty_label=None
    )
    field_order = ("comment", "reason")

    def __init__(self, *args: Any, result: Result, **kwargs: Any) -> None:
        super().__init__(*args, result=result, **kwargs)
        choice: Any = self.fields["comment"]
        choice.queryset = _coded(result)
        choice.label_from_instance = lambda one: f"{one.coded}: {one.text[:60]}"


def _coded(result: Result) -> Any:
    rows = ResultComment.objects.filter(result=result, coded__isnull=False, replaced_by=None)
    return rows.exclude(text="").select_related("coded__comment").order_by("pk")


def _choose(*, result: Result, **more: Any) -> Any:
    more.pop("expected")
    return coded_comments.choose(result=result, **more)


def _take_back(*, result: Result, **more: Any) -> Any:
    more.pop("expected")
    return coded_comments.take_back(**more)


def _has_choice(result: Result) -> bool:
    return bool(catalogue.current().comments) and coded_queries.offered(result).exists()


def _correct(*, result: Result, value: str, **more: Any) -> Any:
    """Read the value as it was typed and record it in place of this one."""
    assay = catalogue.current().assays.get(result.assay_version.assay_id)
    right = typed_values.read(value, assay, field="value")
    return corrections.correct(result=result, value=right, **more)


def _hold(*, result: Result, by: Principal, at: datetime, reason: str, **_more: Any) -> Any:
    return results.hold(result=result, by=by, at=at, reason=reason)


def _without_state(action: Callable[..., Any], **fixed: Any) -> Callable[..., Any]:
    """An action that finds the state out itself, where only what was shown counts."""

    def act(*, expected: Any, **given: Any) -> Any:
        if "kind" in given:
            given["kind"] = CommentKind(given["kind"])
        return action(**given, **fixed)

    return act


@dataclass(frozen=True)
class Act:
    """One button of the page with its form."""

    label: Any
    permission: str
    act: Callable[..., Any]
    form: type[Any] = PlainForm
    states: tuple[ResultStatus, ...] = UNRELEASED
    to: ResultStatus | None = None
    is_serious: bool = False
    only: Callable[[Result], bool] | None = None

    def applies(self, result: Result) -> bool:
        """Return whether the button is shown in the result's present state."""
        status = ResultStatus(result.status)
        if status not in self.states:
            return False
        if self.only is not None and not self.only(result):
            return False
        return self.to is None or RESULT.can_move(status, self.to)

    @property
    def asks(self) -> bool:
        return self.form is not PlainForm

    @property
    def is_signed(self) -> bool:
        return issubclass(self.form, SigningForm)


COMMENT, AMEND = "assays.result.comment", "assays.result.amend"
ACTS: Mapping[str, Act] = {
    "verify": Act(
        label=_("Verify"),
        permission="assays.result.verify",
        act=results.verify,
        states=(Status.RESULTED,),
        to=Status.TECHNICALLY_VERIFIED,
    ),
    "release": Act(
        label=_("Release"),
        permission="assays.result.release",
        act=results.release,
        form=SignedRelease,
        states=(Status.TECHNICALLY_VERIFIED,),
        to=Status.RELEASED,
    ),
    "choose": Act(
        label=_("Report this value"),
        permission="assays.attempt.choose",
        act=attempt_acts.choose,
        form=WhyForm,
        states=corrections.CORRECTABLE,
        only=attempt_acts.has_rivals,
    ),
    "again": Act(
        label=_("Measure again"),
        permission="assays.attempt.request",
        act=attempt_acts.ask,
        form=attempt_acts.AgainForm,
        states=corrections.CORRECTABLE,
        only=attempt_acts.may_be_asked,
    ),
    "not-again": Act(
        label=_("Not again after all"),
        permission="assays.attempt.request",
        act=attempt_acts.withdraw,
        form=WhyForm,
        states=tuple(ResultStatus),
        only=attempt_acts.is_asked_again,
    ),
    "recalculate": Act(
        label=_("Calculate again"),
        permission="assays.result.verify",
        act=attempt_acts.recalculate,
        form=WhyForm,
        states=corrections.CORRECTABLE,
        only=attempt_acts.is_calculated_now,
    ),
    "comment": Act(
        label=_("Comment for the report"),
        permission=COMMENT,
        act=_without_state(result_comments.write),
        form=CommentForm,
    ),
    "choose-comment": Act(
        label=_("Choose a comment"),
        permission=COMMENT,
        act=_choose,
        form=ChosenForm,
        only=_has_choice,
    ),
    "take-back": Act(
        label=_("Take a comment back"),
        permission=COMMENT,
        act=_take_back,
        form=TakeBackForm,
        only=lambda result: _coded(result).exists(),
    ),
    "note": Act(
        label=_("Note for the laboratory"),
        permission=COMMENT,
        act=_without_state(result_comments.write, kind=CommentKind.NOTE),
        form=NoteForm,
        states=tuple(ResultStatus),
    ),
    "hold": Act(label=_("Hold"), permission="assays.result.hold", act=_hold, form=WhyForm),
    "amend": Act(
        label=_("Amend"),
        permission=AMEND,
        act=_without_state(result_comments.amend),
        form=AmendmentForm,
        states=(Status.RELEASED,),
    ),
    "append": Act(
        label=_("Append"),
        permission=AMEND,
        act=_without_state(result_comments.append),
        form=AddendumForm,
        states=(Status.RELEASED,),
    ),
    "correct": Act(
        label=_("Correct"),
        permission="assays.result.correct",
        act=_correct,
        form=CorrectionForm,
        states=corrections.CORRECTABLE,
    ),
    "reject": Act(
        label=_("Reject"),
        permission="assays.result.verify",
        act=results.reject,
        form=WhyForm,
        to=Status.CANCELLED,
        is_serious=True,
    ),
    "error": Act(
        label=_("Entered in error"),
        permission="assays.result.correct",
        act=results.mark_entered_in_error,
        form=WithdrawalForm,
        states=tuple(ResultStatus),
        to=Status.ENTERED_IN_ERROR,
        is_serious=True,
    ),
}
