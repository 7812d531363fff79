"""Form fields of the registry: a person by number, a moment, and forms that know who fills them in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.wording import Refused
from patients.actions import persons
from patients.models import BirthPrecision, Person, Sex, Species
from patients.rules import mrn
from patients.rules.births import EARLIEST, Birth, Precision
from patients.rules.duplicates import Entry

MOMENT = "%Y-%m-%dT%H:%M:%S"
MOMENTS = (MOMENT, "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")
FIRST_YEAR, LAST_YEAR = 1900, 2200


class PersonField(forms.CharField):
    """A person, typed or scanned by MRN: the check digit catches a slip, the policy the rest.

    A list of everybody would be slow, and would show names to people who may not see them.
    """

    by: policy.Principal | None = None

    def __init__(self, *, permission: str | None = None, **kwargs: Any) -> None:
        self.permission = permission
        kwargs.setdefault("label", _("Patient (MRN)"))
        kwargs.setdefault("max_length", 20)
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "numeric", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return value.mrn if isinstance(value, Person) else value

    def clean(self, value: Any) -> Person | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            number = mrn.check(text)
        except Refused as refused:
            raise ValidationError(_(refused.message) % refused.params) from refused  # noqa: INT002
        person = policy.scope(self.by, Person.objects.filter(mrn=number), self.permission).first()
        if person is None:
            raise ValidationError(_("Nobody in your reach has this number."))
        found: Person = person
        return found


class MomentField(forms.DateTimeField):
    """A moment in the hospital's time zone, to the second, by the browser's own control."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": 1}, format=MOMENT)
        kwargs["widget"] = widget
        kwargs.setdefault("input_formats", MOMENTS)
        super().__init__(**kwargs)

    def validate(self, value: Any) -> None:
        super().validate(value)
        check_year(value)


class DayField(forms.DateField):
    """A calendar day, by the browser's own control."""

    def __init__(self, *, first_year: int = FIRST_YEAR, **kwargs: Any) -> None:
        self.first_year = first_year
        kwargs["widget"] = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        kwargs.setdefault("input_formats", ["%Y-%m-%d"])
        super().__init__(**kwargs)

    def validate(self, value: Any) -> None:
        super().validate(value)
        check_year(value, first=self.first_year)


def check_year(value: date | None, *, first: int = FIRST_YEAR) -> None:
    """Refuse a year that no act of this hospital lies in; nothing can be reckoned with some."""
    if value is not None and not first <= value.year <= LAST_YEAR:
        raise ValidationError(
            _("The year lies between %(first)d and %(last)d.") % {"first": first, "last": LAST_YEAR}
        )


class SuggestingInput(forms.TextInput):
    """A text that stays free, with what is known offered under it; `known` is asked for each form."""

    template_name = "patients/suggesting.html"

    def __init__(self, known: Callable[[], list[str]]) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.known = known

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        listed = f"known-{name}"
        context = super().get_context(name, value, {**(attrs or {}), "list": listed})
        return {**context, "listed": listed, "known": self.known()}


def now() -> Any:
    """Return this moment to the second, as the first value of a field; the clock that counts is
    the database's, which the action compares with."""
    return timezone.now().replace(microsecond=0)


def fill_in(form: forms.BaseForm, *, by: policy.Principal | None, permission: str | None) -> None:
    """Tell the fields of a form who searches, and within the reach of which permission."""
    for field in form.fields.values():
        if isinstance(field, PersonField):
            field.by = by
            field.permission = field.permission or permission


def register(given: dict[str, Any], *, by: Principal, at: datetime) -> Person:
    """Register whom a form describes; the page and the admin have the same fields."""
    has_identifier = given["system"] or given["value"]
    return persons.register(
        by=by,
        at=at,
        species=given["species"],
        sex=given["sex"],
        birth=Birth(
            given["birth_date"],
            Precision(given["birth_precision"]),
            given["birth_uncertainty_days"],
        ),
        family=given["family"],
        given=given["given"],
        placeholder=given["placeholder"],
        identifiers=[(given["system"], given["value"])] if has_identifier else [],
    )


class RegisterForm(forms.Form):
    """Somebody who comes to the desk, or is brought in."""

    family = forms.CharField(label=_("Family name, or only name"), max_length=80, required=False)
    given = forms.CharField(label=_("Given names"), max_length=80, required=False)
    placeholder = forms.CharField(
        label=_("Unnamed: told apart by"),
        max_length=80,
        required=False,
        help_text=_("For a person without a name: where found, what worn. Leave empty otherwise."),
    )
    species = forms.ModelChoiceField(
        label=_("Species"), queryset=Species.objects.order_by("name"), empty_label=None
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices, initial=Sex.UNKNOWN)
    birth_date = DayField(label=_("Birth date"), first_year=EARLIEST.year, required=False)
    birth_precision = forms.ChoiceField(
        label=_("How well it is known"),
        choices=BirthPrecision.choices,
        initial=BirthPrecision.DAY,
        help_text=_("Month or year known: any day within it. Estimated: say by how much below."),
    )
    birth_uncertainty_days = forms.IntegerField(
        label=_("Estimated: may be off by (days)"), required=False, min_value=0
    )
    system = forms.CharField(
        label=_("Further identifier: system"),
        max_length=120,
        required=False,
        help_text=_("For example: passport, service number, MRN of another hospital."),
    )
    value = forms.CharField(label=_("Further identifier"), max_length=80, required=False)

    def register(self, *, by: Principal, at: datetime) -> Person:
        return register(self.cleaned_data, by=by, at=at)

    def described(self) -> Entry:
        """Return what is compared with those who are registered already."""
        given = self.cleaned_data
        family, first = given["family"].strip(), given["given"].strip()
        value = given["value"].strip()
        return Entry(
            names=frozenset({(family, first)} if family else ()),
            species=given["species"].code,
            sex=given["sex"],
            birth=Birth(
                given["birth_date"],
                Precision(given["birth_precision"]),
                given["birth_uncertainty_days"],
            ),
            numbers=frozenset({(given["system"].strip(), value)} if value else ()),
            mark="" if family else given["placeholder"].strip(),
            registered_on=timezone.localdate(),
        )
