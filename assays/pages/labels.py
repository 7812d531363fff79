"""Specimen labels: printed for an order or for one specimen; each printing is on record."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assays.models import Priority, Specimen
from assays.pages.label_sheets import Label, pdf
from assays.rules.states import SpecimenStatus
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from patients.models import BirthPrecision, Person

FINISHED = (SpecimenStatus.ENTERED_IN_ERROR, SpecimenStatus.LOST, SpecimenStatus.UNSATISFACTORY)


@require_http_methods(["GET", "HEAD"])
@requires("assays.specimen.label")
def of_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Print the labels of an order's specimens."""
    rows = Specimen.objects.filter(order=order_id).exclude(status__in=FINISHED)
    return _print(request, rows, name=f"order-{order_id}")


@require_http_methods(["GET", "HEAD"])
@requires("assays.specimen.label")
def of_specimen(request: HttpRequest, accession: str) -> HttpResponse:
    """Print the label of one specimen."""
    rows = Specimen.objects.filter(accession=accession)
    return _print(request, rows, name=accession)


def _print(request: HttpRequest, rows: object, *, name: str) -> HttpResponse:
    principal = request.principal  # type: ignore[attr-defined]
    people = Prefetch("person", Person.objects.listed())
    found: Sequence[Specimen] = list(
        policy.scope(principal, rows, "assays.specimen.label")  # type: ignore[arg-type]
        .select_related("specimen_type")
        .prefetch_related(people)
        .order_by("id")
    )
    if not found:
        raise Http404
    reads.record(by=principal, purpose="label", objects=found, person_id=found[0].person_id)
    answer = HttpResponse(
        pdf([_label(specimen) for specimen in found], title=_("Specimen labels")),
        content_type="application/pdf",
    )
    answer["Content-Disposition"] = f'inline; filename="labels-{name}.pdf"'
    return answer


def _label(specimen: Specimen) -> Label:
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
