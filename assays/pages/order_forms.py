"""The forms of ordering: what is chosen, what is asked about it, when it is drawn."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from assays.models import OrderQuestion, Priority, SeriesProtocol
from assays.queries.order_questions import asked_of
from assays.rules.catalogue_in_force import Catalogue
from assays.rules.order_questions import YES_NO, AnswerKind
from assays.rules.series import SeriesRefused, read_offsets
from labsys.lib import units
from labsys.lib.refusals import sentence
from patients import queries as registry
from patients.models import Encounter, Person

YES_NO_WORDS = (gettext_lazy("yes"), gettext_lazy("no"), gettext_lazy("not known"))


class ChoiceForm(forms.Form):
    """Which panels and assays."""

    panels = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Panels"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    assays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Single assays"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    # Of what was ordered lately: what is measured again, and what was shown to decide about.
    confirmed = forms.TypedMultipleChoiceField(coerce=int, required=False)
    decided = forms.TypedMultipleChoiceField(coerce=int, required=False)
    rest = forms.ChoiceField(choices=[("again", ""), ("omit", "")], required=False)

    def __init__(self, *args: Any, held: Catalogue, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.held = held
        singles = [(assay.assay_id, assay.name) for assay in held.assays.values()]
        self.fields["panels"].choices = [(p.panel_id, p.name) for p in held.panels.values()]  # type: ignore[attr-defined]
        self.fields["assays"].choices = singles  # type: ignore[attr-defined]
        self.fields["confirmed"].choices = singles  # type: ignore[attr-defined]
        self.fields["decided"].choices = singles  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, list[int]]:
        """Panels and assays by id."""
        return {name: list(self.cleaned_data[name]) for name in ("panels", "assays")}

    @property
    def repetitions(self) -> dict[str, set[int]]:
        """What is measured again although it was ordered lately, and what is left out."""
        ticked, rest = set(self.cleaned_data["confirmed"]), self.cleaned_data["rest"]
        others = set(self.cleaned_data["decided"]) - ticked
        return {
            "confirmed": ticked | (others if rest == "again" else set()),
            "omitted": others if rest == "omit" else set(),
        }

    def assay_ids(self) -> set[int]:
        """Every assay that is chosen, singly or by its panel."""
        ids = set(self.chosen["assays"])
        for panel in self.chosen["panels"]:
            ids |= set(self.held.panels[panel].assay_ids)
        return ids

    def sections(self) -> list[dict[str, Any]]:
        """Return the single assays by section, as the form's boxes."""
        boxes = {str(box.data["value"]): box for box in self["assays"].subwidgets}
        found: dict[str, dict[str, Any]] = {}
        for assay in self.held.assays.values():
            section = found.setdefault(
                assay.section, {"name": assay.section, "boxes": [], "is_open": False}
            )
            box = boxes[str(assay.assay_id)]
            section["boxes"].append({"box": box, "code": assay.code})
            section["is_open"] |= bool(box.data["selected"])
        return list(found.values())


class OrderForm(ChoiceForm):
    """What is ordered, how urgently and why; at one time or at several."""

    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"),
        coerce=lambda text: Priority(int(text)),
        choices=Priority.choices[::-1],
        initial=Priority.ROUTINE,
    )
    encounter = forms.ModelChoiceField(
        label=gettext_lazy("Stay"), queryset=Encounter.objects.none(), required=False
    )
    clinical_question = forms.CharField(
        label=gettext_lazy("Clinical question"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What the results are to decide. Seen by the laboratory."),
    )
    protocol = forms.ModelChoiceField(
        label=gettext_lazy("Dynamic test"),
        queryset=SeriesProtocol.objects.none(),
        required=False,
        empty_label=gettext_lazy("none"),
        help_text=gettext_lazy("Brings its own assays and time-points."),
    )
    offsets = forms.CharField(
        label=gettext_lazy("Time-points in minutes"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "Such as 0 30 60 120; every time-point has specimens of its own. Empty: drawn once."
        ),
    )
    planned_zero = forms.DateTimeField(
        label=gettext_lazy("Time zero planned for"),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "60"}, format="%Y-%m-%dT%H:%M"
        ),
        help_text=gettext_lazy("Of a dynamic test or of time-points; empty: now."),
    )
    DETAILS = ("priority", "encounter", "clinical_question")
    SERIES = ("protocol", "offsets", "planned_zero")

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stays = Encounter.objects.open().filter(person__in=registry.entries(person.pk))
        self.fields["encounter"].queryset = stays.select_related("location", "person")  # type: ignore[attr-defined]
        if len(stays) == 1:
            self.fields["encounter"].initial = stays[0]
        self.fields["encounter"].label_from_instance = lambda stay: stay.location.name  # type: ignore[attr-defined]
        protocols = SeriesProtocol.objects.filter(is_active=True).order_by("name")
        self.fields["protocol"].queryset = protocols  # type: ignore[attr-defined]

    def clean_offsets(self) -> tuple[int, ...]:
        """Read the time-points, if there are any."""
        text = self.cleaned_data["offsets"]
        try:
            return read_offsets(text) if text.strip() else ()
        except SeriesRefused as refusal:
            raise forms.ValidationError(sentence(refusal)) from refusal

    @property
    def details(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.DETAILS}

    @property
    def chosen(self) -> dict[str, list[int]]:
        found = super().chosen
        if (protocol := self.cleaned_data["protocol"]) is not None:
            members = protocol.members.order_by("position").values_list("assay_id", flat=True)
            found["assays"] = list(dict.fromkeys([*found["assays"], *members]))
        return found

    @property
    def series(self) -> dict[str, Any] | None:
        """How a series is drawn, or None for an order that is drawn once."""
        protocol, offsets = self.cleaned_data["protocol"], self.cleaned_data["offsets"]
        if protocol is None and not offsets:
            return None
        name = protocol.name if protocol is not None else str(gettext_lazy("Series"))
        return {
            "name": name,
            "protocol": protocol,
            "offsets": offsets or protocol.offsets_minutes,
            "planned_zero": self.cleaned_data["planned_zero"],
        }


class AnswersForm(forms.Form):
    """What is asked about the chosen assays; the action checks the answers."""

    PREFIX = "answer"

    def __init__(
        self, data: Mapping[str, Any] | None, *, assay_ids: Collection[int] = (), **kwargs: Any
    ) -> None:
        super().__init__(data, prefix=self.PREFIX, label_suffix="", **kwargs)
        self.questions = asked_of(assay_ids) if assay_ids else []
        for question in self.questions:
            self.fields[question.code] = _field(question)

    @property
    def was_shown(self) -> bool:
        """Whether everything that is asked now was on the form that came back."""
        return all(self.add_prefix(question.code) in self.data for question in self.questions)

    @property
    def answers(self) -> dict[str, str]:
        given = {one.code: self.data.get(self.add_prefix(one.code), "") for one in self.questions}
        return {code: text for code, text in given.items() if text.strip()}

    def mark(self, errors: Sequence[tuple[str, str]]) -> None:
        """Put what the action refused beside its question."""
        self.full_clean()
        for code, why in errors:
            self.add_error(code if code in self.fields else None, why)


def _field(question: OrderQuestion) -> forms.Field:
    """Return a field that takes any text: what fits is decided in one place, by the action."""
    unit = f" ({units.shown(question.unit)})" if question.unit else ""
    widget: forms.Widget = forms.TextInput(attrs={"autocomplete": "off"})
    if question.kind == AnswerKind.DATE:
        widget = forms.DateInput(attrs={"type": "date"})
    elif question.kind == AnswerKind.YES_NO:
        words = zip(YES_NO, YES_NO_WORDS, strict=True)
        widget = forms.Select(choices=[("", gettext_lazy("not asked")), *words])
    elif question.kind == AnswerKind.CHOICE:
        pairs = [(one, one) for one in question.options]
        widget = forms.Select(choices=[("", gettext_lazy("not asked")), *pairs])
    return forms.CharField(
        label=f"{question.text}{unit}", required=False, max_length=400, widget=widget
    )
