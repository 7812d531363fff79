"""The base of every admin form: add-only, asked by policy, written by actions.

A `RecordAdmin` shows rows within the principal's reach, adds through an action, and moves rows by
workflow buttons. Nothing is edited in place and nothing is deleted; a refusal becomes a field error
or a message, never an exception page. Whoever opens a row of a person is on record for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from labsys.lib import looks, policy
from labsys.lib.admin_lists import EXACT, CappedChangeList, CappedPaginator, NearPaginator, search
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form whose action may have refused; the refusal is shown where it belongs."""

    refusal: Refusal | None = None
    request: HttpRequest

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        refusal = type(self).refusal
        if refusal is not None:
            refuse(self, refusal)
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # The action fills in the rest and the database checks it; only what was typed is checked here,
        # and what already has an error is not told a second one.
        shown = set(self.fields) - set(self._errors or ())  # type: ignore[attr-defined]
        return {field.name for field in self._meta.model._meta.fields if field.name not in shown}

    def _post_clean(self) -> None:
        # The table's constraints are left to the action, which explains them: Django would show a
        # constraint's name to a doctor, and beside no field.
        self.instance.validate_constraints = lambda exclude=None: None
        super()._post_clean()  # type: ignore[misc]


@dataclass(frozen=True)
class Move:
    """A workflow button: what it is called, who may press it, what it asks, what it does.

    `act(obj=..., by=..., at=..., **cleaned form data)` calls one action. `applies(obj)` says whether
    the button is shown in the object's present state; the action checks again.
    """

    name: str
    label: Any
    permission: str
    act: Callable[..., Any]
    form: type[forms.Form] = forms.Form
    applies: Callable[[Any], bool] = lambda obj: True
    done: Any = _("Done.")
    is_serious: bool = False


class ReasonForm(forms.Form):
    """Asks why."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


class RecordAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Admin of one Record model."""

    form = RecordForm
    add_permission: str | None = None
    add_fields: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()
    allowed_lookups: frozenset[str] = frozenset()
    # What the lines of a list say of other tables, where the page of a row says more.
    list_relations: tuple[str, ...] = ()

    actions = None
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    view_on_site = False
    save_as = False
    change_form_template = "admin/record_change_form.html"

    # --- who may

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        view, _person = policy.registered_models()[self.model]
        return policy.can(principal(request), view, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.add_permission is not None and policy.can(
            principal(request), self.add_permission
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return policy.scope(principal(request), super().get_queryset(request))

    def get_paginator(self, request: HttpRequest, queryset: Any, *args: Any, **kwargs: Any) -> Any:
        view, _person = policy.registered_models()[self.model]
        sees_all = policy.ANY in policy.reaches(principal(request), view)
        paginator = self.paginator if sees_all else NearPaginator
        return paginator(queryset, *args, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        paths = [str(path) for path in self.get_search_fields(request)]
        if not (paths and all(path.startswith(EXACT) for path in paths)):
            return super().get_search_results(request, queryset, search_term)
        return search(queryset, [path.removeprefix(EXACT) for path in paths], search_term), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return CappedChangeList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        filters = {_parameter(item) for item in self.list_filter}
        base = lookup.removesuffix("__exact").removesuffix("__isnull").removesuffix("__in")
        base = base.removesuffix("__isempty")
        base = base.removesuffix("__id").removesuffix("__gte").removesuffix("__lt")
        return lookup in self.allowed_lookups or base in filters or base in self.allowed_lookups

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        target = db_field.remote_field.model
        if target in policy.registered_models():
            rows = kwargs.get("queryset", target._default_manager.all())
            kwargs["queryset"] = policy.scope(principal(request), rows)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    # --- adding

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Any:
        """Call the action that makes a row of this model, and return the row."""
        raise NotImplementedError(f"{type(self).__name__} allows adding but has no action for it")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (
            self.add_fields if obj is None and self.add_fields else super().get_fields(request, obj)
        )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, "labsys_refusal", None)
        return type(made.__name__, (made,), {"refusal": refusal, "request": request})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: Any = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        context = {**(extra_context or {}), "moves": []}
        if object_id is not None:
            context["moves"] = self._open_moves(request, object_id)
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except Refusal as refusal:
            request.labsys_refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, context)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = kwargs.get("obj")
        if row is not None and row.pk is not None:
            looks.looked(by=principal(request), purpose="admin", row=row)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        made = self.add(
            by=principal(request), at=database_now(), data=form.cleaned_data, request=request
        )
        obj.__dict__.update(made.__dict__)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing is saved beside the action."""

    def log_addition(self, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """The audit events are the record; Django's own log is not kept."""

    def _get_obj_does_not_exist_redirect(self, *args: Any, **kwargs: Any) -> Any:
        # Django leads back with a message; an address out of reach looks like any wrong one.
        raise Http404

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        raise Http404

    # --- moving

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_move"
        move = path(
            "<path:object_id>/move/<slug:move>/",
            self.admin_site.admin_view(self.move_view),
            name=name,
        )
        return [move, *super().get_urls()]

    def _open_moves(self, request: HttpRequest, object_id: str) -> list[dict[str, Any]]:
        obj = self.get_object(request, object_id)
        if obj is None:
            return []
        return [
            {
                "name": move.name,
                "label": move.label,
                "url": self.move_url(obj, move),
                "serious": move.is_serious,
            }
            for move in self.moves
            if move.applies(obj) and policy.can(principal(request), move.permission, obj)
        ]

    def move_url(self, obj: Any, move: Move) -> str:
        """Return the address of a workflow button for one object."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_move"
        return reverse(name, args=[obj.pk, move.name])

    def move_view(self, request: HttpRequest, object_id: str, move: str) -> HttpResponse:
        """Ask what the move needs (GET), then do it (POST)."""
        found = next((known for known in self.moves if known.name == move), None)
        if found is None:
            raise Http404
        obj = self.get_object(request, object_id)
        if obj is None:
            raise Http404
        if not policy.can(principal(request), found.permission, obj):
            raise PermissionDenied
        form = self.move_form(request, obj, found)
        if request.method == "POST" and form.is_valid():
            try:
                result = found.act(
                    obj=obj, by=principal(request), at=database_now(), **self.move_given(form)
                )
            except Refusal as refusal:
                refuse(form, refusal)
            else:
                return self.moved(request, obj, found, result)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "object": obj,
            "move": found,
            "form": form,
            "notes": self.move_notes(request, obj, found) if request.method != "POST" else (),
            "title": found.label,
        }
        status = 422 if form.is_bound and form.errors else 200
        return TemplateResponse(request, "admin/record_move.html", context, status=status)

    def move_form(self, request: HttpRequest, obj: Any, move: Move) -> forms.Form:
        """Return the form of a move, filled in with what was posted."""
        return move.form(request.POST) if request.method == "POST" else move.form()

    def move_notes(self, request: HttpRequest, obj: Any, move: Move) -> Sequence[str]:
        """Return what whoever is about to press a button should know first."""
        return ()

    def move_given(self, form: forms.Form) -> dict[str, Any]:
        """Return what the valid form of a move says, as its `act` takes it."""
        return form.cleaned_data

    def moved(self, request: HttpRequest, obj: Any, move: Move, result: Any) -> HttpResponse:
        """Answer after a move was made; `result` is what its action returned."""
        messages.success(request, move.done)
        return HttpResponseRedirect(self._after_move(obj))

    def _after_move(self, obj: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])


def _parameter(item: Any) -> str:
    """Return the name by which a list filter is asked for in the address."""
    if isinstance(item, type):
        return str(item.parameter_name)  # type: ignore[attr-defined]
    return str(item if isinstance(item, str) else item[0])


def principal(request: HttpRequest) -> Any:
    """Return who acts in this request (set by the accounts middleware)."""
    return request.principal  # type: ignore[attr-defined]
