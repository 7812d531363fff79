"""What the admin pages about patients have in common: found by number or name, looks recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from labsys.accounts.models import Principal, PrincipalKind
from labsys.lib import policy
from labsys.lib.admin import Move, ReasonForm, RecordAdmin, RecordForm, principal
from patients import queries
from patients.forms import DayField, MomentField, PersonField, fill_in, now
from patients.models import Location, Person
from patients.models.persons import CurrentName

KEY = "key-of-a-place"
WHY = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


class RegistryForm(RecordForm):
    """A form about patients; `MRN` fields search within what its permission reaches."""

    permission: str | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = getattr(self, "request", None)
        if request is not None:
            fill_in(self, by=principal(request), permission=self.permission)


class ObjectForm(forms.Form):
    """A form of a move that starts from what the row says now."""

    def __init__(self, *args: Any, obj: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {**self.stated(obj), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def stated(self, obj: Any) -> dict[str, Any]:
        """Return what the fields show before anything is typed."""
        raise NotImplementedError


class CorrectionForm(RecordForm):
    """All that a row states, to be stated again, and why."""

    reason = WHY

    def __init__(self, *args: Any, obj: Any, **kwargs: Any) -> None:
        names = [name for name in self.base_fields if name != "reason"]
        stated = {name: getattr(obj, name) for name in names}
        super().__init__(*args, initial=stated, **kwargs)


class RegistryAdmin(RecordAdmin):
    """Admin of a table of this app."""

    form = RegistryForm
    formfield_overrides = {
        models.DateTimeField: {"form_class": MomentField},
        models.DateField: {"form_class": DayField},
    }
    ordering = ("-id",)
    # Moments that mostly are now, when a form is opened.
    begins_now: tuple[str, ...] = ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {
            **dict.fromkeys(self.begins_now, now),
            **super().get_changeform_initial_data(request),
        }

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        made.permission = self.add_permission
        return made

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        target = db_field.remote_field.model
        if target is Person:
            label = {} if db_field.name == "person" else {"label": _mrn_of(db_field)}
            return PersonField(required=not db_field.blank, help_text=db_field.help_text, **label)
        if target is Location:
            kwargs["queryset"] = Location.objects.filter(is_active=True).order_by("name")
        if target is Principal:
            kwargs["queryset"] = self.staff()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget  # without buttons that open windows
        return field

    def staff(self) -> Any:
        """Return the principals that a form offers."""
        people = Principal.objects.filter(kind=PrincipalKind.PERSON, is_active=True)
        return people.order_by("name")

    def move_form(self, request: HttpRequest, obj: Any, move: Move) -> forms.Form:
        data = request.POST if request.method == "POST" else None
        if issubclass(move.form, (ObjectForm, CorrectionForm)):
            form = move.form(data, obj=obj)
        else:
            form = move.form(data)
        fill_in(form, by=principal(request), permission=move.permission)
        return form


def _mrn_of(db_field: Any) -> str:
    return _("%(who)s (MRN)") % {"who": capfirst(db_field.verbose_name)}


class PlaceFilter(admin.RelatedFieldListFilter):
    """Rows of one place; there are as many places as beds."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> list[tuple[int, str]]:
        ordering = self.field_admin_ordering(field, request, model_admin)
        return list(Location.objects.order_by(*ordering).values_list("pk", "name"))

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        yield next(super().choices(changelist))
        # One address, with a mark where the key of each place goes.
        asked = changelist.get_query_string({self.lookup_kwarg: KEY}, [self.lookup_kwarg_isnull])
        before, after = asked.split(f"{self.lookup_kwarg}={KEY}")
        for key, name in self.lookup_choices:
            yield {
                "selected": self.lookup_val is not None and str(key) in self.lookup_val,
                "query_string": f"{before}{self.lookup_kwarg}={key}{after}",
                "display": name,
            }


class PatientAdmin(RegistryAdmin):
    """Admin of rows that each concern one patient; opening one is a look at that patient."""

    search_fields = ("person__mrn",)
    search_help_text = _("MRN, another identifier, or parts of a name (3 letters or more)")

    @property
    def person_path(self) -> str:
        _view, path = policy.registered_models()[self.model]
        return path or "pk"

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("person")
        return rows.annotate(person_name=CurrentName("person_id"))

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        if not search_term.strip():
            return queryset, False
        found = queries.matching(search_term)
        return queryset.filter(**{f"{self.person_path}__in": found}), False

    @admin.display(description=_("patient"), ordering="person__mrn")
    def patient(self, row: Any) -> str:
        name = row.person_name or f"[{row.person.placeholder}]"
        return f"{row.person.mrn} {name}"


def is_standing(row: Any) -> bool:
    """Return whether a row holds: neither corrected since nor the taking back of an error."""
    return not row.is_retraction and getattr(row, "corrected_by", None) is None


def corrections(
    noun: str,
    *,
    correct: Callable[..., Any],
    retract: Callable[..., Any],
    permission: str,
    form: type[forms.Form],
    label: Any = None,
) -> tuple[Move, ...]:
    """Return the two moves of a row that is corrected by further rows: state it again, take it back.

    `noun` is what the actions call the row.
    """

    def state_again(*, obj: Any, by: Any, at: datetime, **given: Any) -> Any:
        return correct(**{noun: obj}, by=by, at=at, **given)

    def take_back(*, obj: Any, by: Any, at: datetime, reason: str) -> Any:
        return retract(**{noun: obj}, by=by, at=at, reason=reason)

    holds: dict[str, Any] = {"applies": is_standing}
    retraction = {**holds, "is_serious": True}
    return (
        Move("correct", label or _("Correct"), permission, state_again, form, **holds),
        Move("retract", _("Take back"), permission, take_back, ReasonForm, **retraction),
    )


class StandingFilter(admin.SimpleListFilter):
    """Rows that hold, or those that were corrected or taken back."""

    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", pgettext_lazy("of a row", "Holds")), ("no", _("Corrected or taken back"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        holds = {"corrected_by": None, "is_retraction": False}
        if self.value() == "yes":
            return queryset.filter(**holds)
        return queryset.exclude(**holds) if self.value() == "no" else queryset


class CorrectableAdmin(PatientAdmin):
    """Admin of rows that are corrected by further rows."""

    list_filter: Any = (StandingFilter,)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("corrected_by")

    @admin.display(description=pgettext_lazy("of a row", "holds"), boolean=True)
    def holds(self, row: Any) -> bool:
        return is_standing(row)
