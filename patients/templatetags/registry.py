"""Who a page is about, in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labsys.lib.moments import written_day
from patients.models import CareNeed, IdentityEvent, Person
from patients.queries import Banner
from patients.rules.births import AgeSpan, Precision

register = template.Library()
WEEKS_FROM, YEARS_FROM = 60, 2 * 365  # days of age


@dataclass(frozen=True)
class Patient:
    """What the banner prints."""

    name: str
    mrn: str
    born: str
    age: str
    sex: str
    species: str
    is_unnamed: bool
    is_deceased: bool
    identifiers: tuple[str, ...] = ()
    warnings: tuple[dict[str, str], ...] = field(default=())


@register.filter
def in_words(banner: Banner) -> Patient:
    """Return the banner of a person in the reader's language."""
    person = banner.person
    return Patient(
        name=banner.name,
        mrn=person.mrn,
        born=born(person),
        age=age(banner.years, banner.days),
        sex=person.get_sex_display(),
        species=person.species.name,
        is_unnamed=banner.is_unnamed,
        is_deceased=person.death is not None,
        identifiers=banner.other_mrns,
        warnings=tuple(warnings(banner)),
    )


@register.filter
def died(person: Person) -> str:
    """Return the date of a death as exactly as it is known; nothing for somebody who lives."""
    if person.death is None:
        return ""
    known: date | None = person.deceased_on
    if known is None:
        return _("at an unknown date")
    if person.deceased_precision == Precision.MONTH:
        return date_format(known, "YEAR_MONTH_FORMAT")
    return str(known.year) if person.deceased_precision == Precision.YEAR else written_day(known)


@register.filter
def born(person: Person) -> str:
    """Return the birth date as exactly as it is known, and no more so."""
    known: date | None = person.birth_date
    if known is None:
        return _("unknown")
    if person.birth_precision == Precision.MONTH:
        return date_format(known, "YEAR_MONTH_FORMAT")
    if person.birth_precision == Precision.YEAR:
        return str(known.year)
    text = written_day(known)
    if person.birth_precision == Precision.ESTIMATED:
        return _("about %(date)s (± %(days)d days)") % {
            "date": text,
            "days": person.birth_uncertainty_days,
        }
    return text


def age(years: AgeSpan, days: AgeSpan) -> str:
    """Return an age in the unit that says enough: days, weeks or years; "" when nothing is known."""
    if days.oldest is None:
        return ""
    if days.youngest >= YEARS_FROM:
        return _counted(years, lambda n: ngettext("%(n)s year", "%(n)s years", n))
    if days.oldest >= WEEKS_FROM:
        weeks = AgeSpan(days.youngest // 7, days.oldest // 7)
        return _counted(weeks, lambda n: ngettext("%(n)s week", "%(n)s weeks", n))
    return _counted(days, lambda n: ngettext("%(n)s day", "%(n)s days", n))


def warnings(banner: Banner) -> Any:
    if banner.identity == IdentityEvent.Status.DOUBTED:
        yield {"tone": "abnormal", "text": _("Identity in doubt")}
    if banner.is_linked:
        yield {"tone": "info", "text": _("A double entry was opened; this is the surviving one")}
    for kind, detail in banner.needs:
        yield {"tone": "info", "text": need(kind, detail)}


def need(kind: str, detail: str) -> str:
    """Return what somebody needs in a few words."""
    word = str(CareNeed.Kind(kind).label)
    if kind == CareNeed.Kind.OTHER:
        return detail
    return _("%(need)s: %(detail)s") % {"need": word, "detail": detail} if detail else word


def _counted(span: AgeSpan, words: Any) -> str:
    number = str(span.youngest) if span.is_exact else f"{span.youngest}-{span.oldest}"
    return words(span.oldest) % {"n": number}  # type: ignore[no-any-return]
