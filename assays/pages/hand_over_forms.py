"""The form of a hand-over: a note, and items that stay to be done, each of a patient or of nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assays.actions.hand_overs import MOST_ITEMS, Item
from assays.models import HandOver, HandOverItem
from assays.pages.work_groups import GroupForm
from patients.models import Person

ROWS = 5  # empty rows for items


class NoteForm(GroupForm):
    """What is said in general."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "What the next shift has to know. What stays to be done goes below."
        ),
    )


class CorrectionForm(NoteForm):
    """What is said in its place, and why."""

    reason = forms.CharField(label=gettext_lazy("Why it is set right"), max_length=2000)


class ItemForm(GroupForm):
    """One thing that stays to be done or watched."""

    priority = forms.ChoiceField(
        label=gettext_lazy("How pressing"),
        choices=HandOverItem.Priority.choices,
        initial=HandOverItem.Priority.SHIFT,
    )
    person = forms.ChoiceField(label=gettext_lazy("Patient"), required=False)
    text = forms.CharField(label=gettext_lazy("What"), max_length=2000, required=False)

    def __init__(self, *args: Any, people: dict[str, Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            ("", _("nobody in particular")),
            *((uid, f"{one.display_name} ({one.mrn})") for uid, one in people.items()),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("person") and not given.get("text"):
            self.add_error("text", _("Say what stays to be done."))
        return given

    @property
    def item(self) -> Item | None:
        """Return what a valid row says; None of an empty one."""
        given = self.cleaned_data
        if not given.get("text"):
            return None
        return Item(given["text"], given["priority"], self.people.get(given["person"]))


ItemForms = forms.formset_factory(
    ItemForm, extra=ROWS, max_num=MOST_ITEMS, validate_max=True, absolute_max=MOST_ITEMS + ROWS
)


def items_of(data: Any, persons: Sequence[Person], *, stated: HandOver | None = None) -> Any:
    """Return the rows of items, filled in with what is open of a hand-over that is set right."""
    people = {str(one.uid): one for one in persons}
    initial = []
    for one in stated.items.all() if stated is not None else ():
        if one.person:  # also where the group looks after them no longer: the action says so
            people.setdefault(str(one.person.uid), one.person)
        if hasattr(one, "end"):
            continue
        whom = str(one.person.uid) if one.person else ""
        initial.append({"priority": one.priority, "person": whom, "text": one.text})
    return ItemForms(
        data if data is not None and "items-TOTAL_FORMS" in data else None,
        prefix="items",
        initial=initial,
        form_kwargs={"people": people},
    )


def said(forms_: Any) -> list[Item]:
    """Return the items of a valid form."""
    return [item for form in forms_ if (item := form.item) is not None]
