"""The form by which a person types the results of one specimen: a row per ordered assay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.actions.recordings import Typed
from assays.models import AttemptRequest, OrderItem, Specimen
from assays.queries import typed_values
from assays.queries.filing import assay_facts
from assays.rules import absence
from assays.rules.absence import AbsentReason
from assays.rules.attempts import RequestStatus
from assays.rules.catalogue import ValueKind
from assays.rules.catalogue_in_force import ActiveAssay, Catalogue
from assays.rules.states import OrderItemStatus
from assays.rules.typed_values import units as typable_units
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse

OPEN = (OrderItemStatus.ORDERED.value, OrderItemStatus.IN_PROCESS.value)


class AccessionForm(forms.Form):
    """Names the specimen: scanned from its label or typed."""

    accession = forms.CharField(
        label=_("Accession number"),
        max_length=10,
        help_text=_("Scan the label, or type the ten digits."),
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )


class AnyText(forms.CharField):
    """A text taken as it comes: not trimmed of what matters, not refused for what it holds."""

    default_validators = ()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.validators = []  # Django's own would refuse a NUL in other words


@dataclass(frozen=True)
class Row:
    """One ordered assay with its inputs."""

    item: OrderItem
    assay: ActiveAssay
    value: forms.BoundField
    unit: forms.BoundField | None
    absent: forms.BoundField
    comment: forms.BoundField
    override: forms.BoundField
    too_old: str = ""


class ResultsForm(forms.Form):
    """Values of one specimen; empty rows are left out. `specimen` and `person` are checked again.

    `too_old` says by assay why the specimen should not be measured any more: a warning, no refusal.
    """

    specimen = forms.IntegerField(widget=forms.HiddenInput)
    person = forms.IntegerField(widget=forms.HiddenInput)
    observed_at = forms.DateTimeField(
        label=_("Measured at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        items: Sequence[OrderItem],
        held: Catalogue,
        too_old: Mapping[int, str],
        **more: Any,
    ) -> None:
        super().__init__(data, **more)
        self.too_old = too_old
        self.items = [(item, held.assays[item.assay_id]) for item in items]
        for item, assay in self.items:
            self._add_fields(item.pk, assay)

    def _add_fields(self, key: int, assay: ActiveAssay) -> None:
        plain = {"autocomplete": "off", "aria-label": f"{assay.name}"}
        if assay.assay_id in self.too_old:
            plain["aria-describedby"] = f"too-old-{assay.assay_id}"
        is_number = assay.kind is ValueKind.NUMERIC and not assay.answers
        keys = {"inputmode": "decimal"} if is_number else {}
        if assay.answers:
            keys["title"] = ", ".join(assay.answers)
        # What is too long, or holds what cannot be seen, is refused by the reader, in its words.
        self.fields[f"value_{key}"] = AnyText(
            required=False, strip=False, widget=forms.TextInput(attrs=plain | keys)
        )
        if assay.kind is ValueKind.NUMERIC:
            units = typable_units(assay_facts(assay))
            self.fields[f"unit_{key}"] = forms.ChoiceField(
                choices=[(unit, unit) for unit in units],
                widget=forms.Select(attrs={"aria-label": _("Unit of %s") % assay.name}),
            )
        self.fields[f"absent_{key}"] = forms.ChoiceField(
            required=False,
            choices=[
                ("", "—"),
                *((reason.value, _(absence.WORDS[reason])) for reason in AbsentReason),
            ],
            widget=forms.Select(attrs={"aria-label": _("No value of %s because") % assay.name}),
        )
        self.fields[f"comment_{key}"] = forms.CharField(
            required=False,
            max_length=500,
            widget=forms.TextInput(attrs={"aria-label": _("Comment on %s") % assay.name}),
        )
        self.fields[f"override_{key}"] = forms.CharField(
            required=False,
            max_length=500,
            widget=forms.TextInput(
                attrs={"aria-label": _("Why %s is entered even so") % assay.name}
            ),
        )

    def rows(self) -> Iterator[Row]:
        for item, assay in self.items:
            key = item.pk
            unit = self[f"unit_{key}"] if f"unit_{key}" in self.fields else None
            value, absent = self[f"value_{key}"], self[f"absent_{key}"]
            comment, override = self[f"comment_{key}"], self[f"override_{key}"]
            why = self.too_old.get(assay.assay_id, "")
            yield Row(item, assay, value, unit, absent, comment, override, why)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.typed = [
            typed for item, assay in self.items if (typed := self._read(item.pk, assay)) is not None
        ]
        if not self.typed and not self.errors:
            self.add_error(None, _("Enter at least one value, or say why there is none."))
        return cleaned

    def _read(self, key: int, assay: ActiveAssay) -> Typed | None:
        field = f"value_{key}"
        text = self.cleaned_data.get(field, "").strip()
        absent = self.cleaned_data.get(f"absent_{key}", "")
        if not (text or absent):
            return None
        unit = self.cleaned_data.get(f"unit_{key}", "")
        try:
            value = typed_values.read(text, assay, field=field, unit=unit, absent=absent)
        except Refusal as refusal:
            refuse(self, refusal)
            return None
        comment = self.cleaned_data.get(f"comment_{key}", "")
        override = self.cleaned_data.get(f"override_{key}", "")
        return Typed(
            assay_id=assay.assay_id,
            value=value,
            field=field,
            text=text,
            comment=comment,
            override=override,
        )


def open_items(specimen: Specimen, held: Catalogue) -> list[OrderItem]:
    """Return what is open on a specimen or asked for again, and so takes a value, as ordered."""
    typed = [one for one in held.assays if one not in held.calculations]
    asked = AttemptRequest.objects.filter(specimen=specimen, status=RequestStatus.OPEN)
    items = OrderItem.objects.filter(
        Q(status__in=OPEN) | Q(pk__in=asked.values("order_item")),
        specimen_items__specimen=specimen,
        assay__in=typed,
    )
    return list(items.select_related("assay__analyte").order_by("pk"))
