"""Specimen labels: printed for an order or for one specimen; each printing is on record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.actions import labels
from assays.actions.labels import MOST_COPIES, PRINT
from assays.documents import zpl
from assays.models import LabelPrint, Priority, Specimen
from assays.pages.acts import OK, attempt
from assays.pages.label_sheets import Label, Size, pdf
from assays.rules.states import SpecimenStatus
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from patients.models import BirthPrecision, Person

FINISHED = (SpecimenStatus.ENTERED_IN_ERROR, SpecimenStatus.LOST, SpecimenStatus.UNSATISFACTORY)


def sizes() -> list[Size]:
    """Return the sizes that this hospital's printers take, the usual one first."""
    return [Size.read(text) for text in settings.LABEL_SIZES]


class PrintForm(forms.Form):
    """What is printed on, how large, with which barcode, and why again."""

    form = forms.ChoiceField(label=gettext_lazy("Print as"), choices=LabelPrint.Form.choices)
    symbol = forms.ChoiceField(
        label=gettext_lazy("Barcode"), choices=LabelPrint.Symbol.choices, required=False
    )
    size = forms.ChoiceField(label=gettext_lazy("Size, mm"), required=False)
    copies = forms.IntegerField(
        label=gettext_lazy("Copies"), min_value=1, max_value=MOST_COPIES, initial=1, required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it is printed again"), required=False, max_length=200
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        known = [(str(size), str(size).replace("x", " x ")) for size in sizes()]
        self.fields["size"].choices = known  # type: ignore[attr-defined]

    @property
    def given(self) -> dict[str, Any]:
        """What was chosen; what was left out is as usual."""
        data = self.cleaned_data
        return {
            "form": data["form"],
            "symbol": data["symbol"] or LabelPrint.Symbol.CODE_128.value,
            "size": data["size"] or str(sizes()[0]),
            "copies": data["copies"] or 1,
            "reason": data["reason"],
        }


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PRINT)
def of_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Print the labels of an order's specimens."""
    rows = Specimen.objects.filter(order=order_id).exclude(status__in=FINISHED)
    return _answer(request, rows, name=f"order-{order_id}")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PRINT)
def of_specimen(request: HttpRequest, accession: str) -> HttpResponse:
    """Print the label of one specimen."""
    rows = Specimen.objects.filter(accession=accession.replace("\x00", ""))
    return _answer(request, rows, name=accession)


def _answer(request: HttpRequest, rows: Any, *, name: str) -> HttpResponse:
    principal = request.principal  # type: ignore[attr-defined]
    found = list(
        policy.scope(principal, rows, PRINT)
        .select_related("specimen_type")
        .prefetch_related(Prefetch("person", Person.objects.listed()))
        .order_by("id")
    )
    if not found:
        raise Http404
    if request.method != "POST":
        return _page(request, found, PrintForm())
    form = PrintForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    status = attempt(request, labels.record, beside=form, specimens=found, **form.given).status
    if status != OK:
        return _page(request, found, form, status=status)
    reads.record(by=principal, purpose="label", objects=found, person_id=found[0].person_id)
    return _printed(found, form.given, name=name)


def _page(
    request: HttpRequest, found: Sequence[Specimen], form: PrintForm, *, status: int = 200
) -> HttpResponse:
    prints = LabelPrint.objects.filter(specimen__in=found).select_related(
        "specimen", "recorded_by__user"
    )
    context = {"form": form, "specimens": found, "prints": list(prints.order_by("-pk")[:100])}
    return render(request, "assays/labels.html", context, status=status)


def _printed(found: Sequence[Specimen], given: dict[str, Any], *, name: str) -> HttpResponse:
    size = Size.read(given["size"])
    made = [label_of(specimen) for specimen in found]
    if given["form"] == LabelPrint.Form.ZPL:
        text = zpl.document(
            [label.fitted(size) for label in made],
            width_mm=size.width,
            height_mm=size.height,
            dpi=settings.LABEL_DPI,
            symbol=given["symbol"],
            copies=given["copies"],
        )
        answer = HttpResponse(text, content_type="application/zpl")
        answer["Content-Disposition"] = f'attachment; filename="labels-{name}.zpl"'
        return answer
    content = pdf(
        made,
        title=_("Specimen labels"),
        size=size,
        symbol=given["symbol"],
        copies=given["copies"],
    )
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="labels-{name}.pdf"'
    return answer


def label_of(specimen: Specimen) -> Label:
    """Return what the label of a specimen says, whatever it is printed on."""
    person = specimen.person
    is_urgent = specimen.priority != Priority.ROUTINE
    return Label(
        accession=specimen.accession,
        name=person.display_name,
        mrn=person.mrn,
        born=_born(person),
        specimen=specimen.specimen_type.name,
        priority=specimen.get_priority_display() if is_urgent else "",
    )


def _born(person: Person) -> str:
    """Return the birth date as far as it is known; a guess is marked as one."""
    if person.birth_date is None:
        return _("born: unknown")
    match person.birth_precision:
        case BirthPrecision.DAY:
            return date_format(person.birth_date, "j M Y", use_l10n=False)
        case BirthPrecision.MONTH:
            return date_format(person.birth_date, "M Y", use_l10n=False)
        case _:
            return "~ " + date_format(person.birth_date, "Y", use_l10n=False)
