"""The form of one look: every sign in force, what was seen of it, and when it began."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from labsys.lib.errors import InvalidInput, InvalidInputs
from labsys.lib.quantities import QuantityRefused, parse_quantity
from labsys.lib.refusals import sentence
from patients.forms import MomentField, now
from patients.models import Sign, SignObservation

PRESENT, ABSENT = "present", "absent"
PARTS = ("answer", "onset_precision", "onset_at", "onset_uncertainty_hours", "resolved_at", "note")
ANSWERS = frozenset({"grade", "value", "is_present", "unit", "sign", "observed_at"})


@dataclass(frozen=True)
class Line:
    """One sign of the form with its fields, the answer first."""

    sign: Sign
    answer: forms.BoundField
    further: Sequence[forms.BoundField]

    @property
    def is_open(self) -> bool:
        """Whether something stands in the folded fields that has to be seen."""
        return any(field.errors or field.value() for field in self.further[1:]) or bool(
            self.further[0].errors
        )


class LookForm(forms.Form):
    """What was seen at one look; signs that are left empty were not looked for."""

    observed_at = MomentField(label=gettext_lazy("Seen at"), initial=now)

    def __init__(self, data: Any = None, *, signs: Sequence[Sign]) -> None:
        super().__init__(data, label_suffix="")
        self.signs = list(signs)
        for sign in self.signs:
            for part, field in zip(PARTS, _fields(sign), strict=True):
                self.fields[_name(sign, part)] = field

    def lines(self) -> Iterator[Line]:
        """Yield the signs as the page shows them."""
        for sign in self.signs:
            first, *rest = (self[_name(sign, part)] for part in PARTS)
            yield Line(sign, first, rest)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for sign in self.signs:
            stated = [given.get(_name(sign, part)) for part in PARTS]
            precision = given.get(_name(sign, "onset_precision"))
            if stated[0] in ("", None) and (any(stated[2:]) or precision not in ("", "UNKNOWN")):
                name = _name(sign, "answer")
                if name not in self.errors:
                    self.add_error(name, _("Say what was seen of this sign, or empty its line."))
        return given

    def looks(self) -> list[dict[str, Any]]:
        """Return what is stated, in the words of the action; only once the form is valid."""
        given, found = self.cleaned_data, []
        for sign in self.signs:
            answer = given[_name(sign, "answer")]
            if answer in ("", None):
                continue
            found.append(
                {
                    "sign": sign,
                    "observed_at": given["observed_at"],
                    **_answer(sign, answer),
                    "onset_precision": given[_name(sign, "onset_precision")] or "UNKNOWN",
                    **{part: given[_name(sign, part)] for part in PARTS[2:5]},
                    "note": given[_name(sign, "note")],
                }
            )
        return found

    def refuse(self, refusal: InvalidInput) -> None:
        """Show a refusal beside the fields of the signs it names."""
        told: Iterable[tuple[str, str]] = [(refusal.field, sentence(refusal))]
        if isinstance(refusal, InvalidInputs):
            told = refusal.errors
        for place, why in told:
            code, _dot, field = place.rpartition(".")
            sign = next((one for one in self.signs if one.code == code), None)
            if sign is None:
                self.add_error(place if place in self.fields else None, why)
            else:
                self.add_error(_name(sign, "answer" if field in ANSWERS else field), why)


def _name(sign: Sign, part: str) -> str:
    return f"s{sign.pk}-{part}"


def _fields(sign: Sign) -> list[forms.Field]:
    named = {"name": sign.name}
    return [
        _answer_field(sign),
        forms.ChoiceField(
            label=_("Onset of %(name)s") % named,
            choices=SignObservation.Onset.choices,
            required=False,
        ),
        MomentField(label=_("Moment of onset of %(name)s") % named, required=False),
        forms.IntegerField(
            label=_("Onset of %(name)s may be off by (hours)") % named, required=False, min_value=0
        ),
        MomentField(label=_("%(name)s gone since") % named, required=False),
        forms.CharField(label=_("Note on %(name)s") % named, required=False, max_length=400),
    ]


def _answer_field(sign: Sign) -> forms.Field:
    if sign.kind == Sign.Kind.GRADED:
        grades = [
            (str(n), _("%(grade)d %(name)s") % {"grade": n, "name": one["name"]})
            for n, one in enumerate(sign.grades)
        ]
        return forms.ChoiceField(label=sign.name, choices=[("", "–"), *grades], required=False)
    if sign.kind == Sign.Kind.PRESENCE:
        words = [("", "–"), (PRESENT, _("present")), (ABSENT, _("absent"))]
        return forms.ChoiceField(label=sign.name, choices=words, required=False)
    return QuantityField(unit=sign.unit, label=sign.name, required=False, max_length=40)


class QuantityField(forms.CharField):
    """A number as it is read off, with a comparator where there is one."""

    def __init__(self, *, unit: str, **kwargs: Any) -> None:
        self.unit = unit
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        return {**attrs, "inputmode": "decimal", "autocomplete": "off", "size": 8}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_quantity(text, unit=self.unit)
        except QuantityRefused as refused:
            raise ValidationError(sentence(refused)) from refused


def _answer(sign: Sign, answer: Any) -> dict[str, Any]:
    if sign.kind == Sign.Kind.GRADED:
        return {"grade": int(answer)}
    if sign.kind == Sign.Kind.PRESENCE:
        return {"is_present": answer == PRESENT}
    return {"value": answer.value, "comparator": answer.comparator.value, "unit": sign.unit}


def key_of(text: str) -> tuple[datetime, int] | None:
    """Read the key of a page of the line list; None where it is none."""
    moment, _line, last = text.rpartition("_")
    try:
        found = datetime.fromisoformat(moment)
        number = int(last)
    except ValueError:
        return None
    if found.tzinfo is None or not 0 < number < 2**63:
        return None
    return found, number
