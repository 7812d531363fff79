"""People in the admin."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from labsys.lib.admin import Move
from labsys.lib.json_fields import JsonField
from patients.actions import links, persons
from patients.admin.base import WHY, ObjectForm, PatientAdmin, RegistryAdmin, RegistryForm
from patients.forms import DayField, MomentField, PersonField, now, register
from patients.models import (
    BirthPrecision,
    DeathPrecision,
    IdentityEvent,
    Person,
    PersonName,
    Sex,
    Species,
)
from patients.models.links import survivor_mrn
from patients.rules.births import EARLIEST
from patients.templatetags.registry import born, died

AMEND = "patients.person.amend"


class PersonForm(RegistryForm):
    """A new entry, with the first name and identifier."""

    birth_date = DayField(label=_("Birth date"), first_year=EARLIEST.year, required=False)
    family = forms.CharField(label=_("Family name, or only name"), max_length=80, required=False)
    given = forms.CharField(label=_("Given names"), max_length=80, required=False)
    system = forms.CharField(label=_("Identifier of (system)"), max_length=120, required=False)
    value = forms.CharField(label=_("Identifier"), max_length=80, required=False)


class NameForm(forms.Form):
    family = forms.CharField(label=_("Family name, or only name"), max_length=80)
    given = forms.CharField(label=_("Given names"), max_length=80, required=False)
    use = forms.ChoiceField(label=_("Use"), choices=PersonName.Use.choices)


class IdentifierForm(forms.Form):
    system = forms.CharField(label=_("System"), max_length=120)
    value = forms.CharField(label=_("Identifier"), max_length=80)


class IdentityForm(forms.Form):
    basis = forms.CharField(
        label=_("Basis"), max_length=200, help_text=_("What was checked, or what raised the doubt.")
    )
    happened_at = MomentField(label=_("When"), initial=now)


class LinkForm(forms.Form):
    survivor = PersonField(label=_("Surviving entry (MRN)"))
    reason = WHY


class AmendForm(ObjectForm):
    """Demographics as they are, to be set right; what was seen is compared when they are saved."""

    species = forms.ModelChoiceField(label=_("Species"), queryset=Species.objects.order_by("name"))
    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices)
    birth_date = DayField(label=_("Birth date"), first_year=EARLIEST.year, required=False)
    birth_precision = forms.ChoiceField(label=_("Known"), choices=BirthPrecision.choices)
    birth_uncertainty_days = forms.IntegerField(
        label=_("May be off by (days)"), required=False, min_value=0
    )
    deceased_on = DayField(label=_("Deceased on"), first_year=EARLIEST.year, required=False)
    deceased_precision = forms.ChoiceField(
        label=_("Death known"), choices=DeathPrecision.choices, initial=DeathPrecision.DAY
    )
    reason = WHY
    seen = JsonField(widget=forms.HiddenInput)

    def stated(self, obj: Person) -> dict[str, Any]:
        found = {name: getattr(obj, name) for name in Person.MUTABLE}
        seen = {**found, "species": obj.species_id}
        return {**found, "seen": json.loads(json.dumps(seen, cls=DjangoJSONEncoder))}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        seen = given.pop("seen", None)
        if not isinstance(seen, dict) or set(seen) != Person.MUTABLE or self.errors:
            raise forms.ValidationError(_("Look at the entry again before changing it."))
        reason = given.pop("reason")
        expected = {name: self.fields[name].to_python(seen[name]) for name in Person.MUTABLE}
        changed = {name for name in Person.MUTABLE if given[name] != expected[name]}
        if not changed:
            raise forms.ValidationError(_("Nothing was changed."))
        return {
            "changes": {name: given[name] for name in changed},
            "expected": {name: expected[name] for name in changed},
            "reason": reason,
        }


def _name(*, obj: Person, by: Any, at: datetime, **given: Any) -> Any:
    return persons.name(person=obj, by=by, at=at, **given)


def _identify(*, obj: Person, by: Any, at: datetime, **given: Any) -> Any:
    return persons.add_identifier(person=obj, by=by, at=at, **given)


def _confirm(*, obj: Person, by: Any, at: datetime, **given: Any) -> Any:
    return persons.confirm_identity(person=obj, by=by, at=at, **given)


def _doubt(*, obj: Person, by: Any, at: datetime, **given: Any) -> Any:
    return persons.doubt_identity(person=obj, by=by, at=at, **given)


def _amend(*, obj: Person, by: Any, at: datetime, **given: Any) -> Any:
    return persons.amend(person=obj, by=by, at=at, **given)


def _link(*, obj: Person, by: Any, at: datetime, **given: Any) -> Any:
    return links.link(duplicate=obj, by=by, at=at, **given)


def _is_no_duplicate(person: Person) -> bool:
    return person.survivor_mrn is None  # type: ignore[attr-defined]


@admin.register(Person)
class PersonAdmin(PatientAdmin):
    """Everybody the hospital knows of."""

    form = PersonForm
    add_permission = "patients.person.register"
    add_fields = (
        *("family", "given", "placeholder", "species", "sex"),
        *("birth_date", "birth_precision", "birth_uncertainty_days", "system", "value"),
    )
    fields = (
        *("mrn", "known_as", "all_names", "all_identifiers", "species", "sex", "birth"),
        *("death", "placeholder", "identity", "entry", "recorded_at", "recorded_by"),
    )
    readonly_fields = (
        *("known_as", "all_names", "all_identifiers", "birth", "death", "identity", "entry"),
    )
    list_display = ("mrn", "known_as", "species", "sex", "birth", "entry")
    list_filter = ("species", "sex")
    search_fields = ("mrn",)
    moves = (
        Move("name", _("Record a name"), AMEND, _name, NameForm),
        Move("identify", _("Add an identifier"), AMEND, _identify, IdentifierForm),
        Move("amend", _("Set demographics right"), AMEND, _amend, AmendForm),
        Move("confirm", _("Confirm identity"), AMEND, _confirm, IdentityForm),
        Move("doubt", _("Doubt identity"), AMEND, _doubt, IdentityForm, is_serious=True),
        Move(
            "link",
            _("Read as another entry"),
            "patients.person.link",
            _link,
            LinkForm,
            applies=_is_no_duplicate,
            done=_("This entry is now read as the other."),
            is_serious=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = RegistryAdmin.get_queryset(self, request).listed()
        return rows.annotate(survivor_mrn=survivor_mrn("pk")).prefetch_related(
            Prefetch("identity_events", IdentityEvent.objects.order_by("-happened_at", "-id"))
        )

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Person:
        return register(data, by=by, at=at)

    @admin.display(description=_("name"))
    def known_as(self, person: Person) -> str:
        return person.display_name

    @admin.display(description=_("born"), ordering="birth_date")
    def birth(self, person: Person) -> str:
        return born(person)

    @admin.display(description=_("deceased"))
    def death(self, person: Person) -> str:
        return died(person)

    @admin.display(description=_("read as"))
    def entry(self, person: Person) -> str:
        return person.survivor_mrn or ""  # type: ignore[attr-defined]

    @admin.display(description=_("all names"))
    def all_names(self, person: Person) -> str:
        names = person.names.order_by("-recorded_at", "-id")
        return format_html_join("; ", "{} ({})", ((one, one.get_use_display()) for one in names))

    @admin.display(description=_("identifiers"))
    def all_identifiers(self, person: Person) -> str:
        return format_html_join("; ", "{}", ((one,) for one in person.identifiers.order_by("id")))

    @admin.display(description=_("identity"))
    def identity(self, person: Person) -> str:
        latest = next(iter(person.identity_events.all()), None)
        return f"{latest.get_status_display()}: {latest.basis}" if latest else ""
