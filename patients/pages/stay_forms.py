"""Forms of stays: admission with triage and injuries, transfer and discharge."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from labsys.lib.clock import database_now
from patients.forms import MomentField, PersonField, now
from patients.models import EncounterEnd, Injury, Location, TriageAssessment
from patients.queries import wards as ward_queries
from patients.rules.places import BED, Places
from patients.rules.triage import SCALES

Disposition = EncounterEnd.Disposition
INJURIES = (1, 2, 3)  # as many as are asked for at once; further ones are added to the record
INJURY = ("site", "side", "kind", "severity")
NEEDED = ("site", "kind", "severity")


class PlaceField(forms.ChoiceField):
    """A ward without a bed, or one of the beds that are free, by ward."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=kwargs.pop("label", gettext_lazy("Ward or bed")), **kwargs)

    def offer(self) -> None:
        found = ward_queries.counted(database_now())
        taken = {one.place for one in found.present}
        self.choices = [("", ""), *_offered(found.places, taken, found.at)]

    def clean(self, value: Any) -> Any:
        code = super().clean(value)
        return Location.objects.get(code=code) if code else None


def _offered(every: Places, taken: set[int], at: Any) -> list[Any]:
    groups = []
    for ward in every.wards():
        switch = ward.switch_at(at)
        if not (switch.is_open if switch is not None else ward.kind != "OVERFLOW"):
            continue
        beds = [
            (bed.code, bed.name)
            for bed in every.beds_of.get(ward.id, ())
            if bed.id not in taken and bed.is_open(at)
        ]
        label = _("no bed assigned") if ward.id in every.beds_of else ward.name
        groups.append((ward.name, [*beds, (ward.code, label)]))
    others = [
        (one.code, one.name)
        for one in every.every.values()
        if every.ward_of[one.id] == one.id
        and one.kind in (BED, "ROOM", "OTHER", "HOSPITAL")
        and one.is_open(at)
        and one.id not in taken
    ]
    return [*groups, (_("Not in a ward"), others)] if others else groups


class StayForm(forms.Form):
    """What forms of stays have in common."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            if isinstance(field, PlaceField):
                field.offer()


class AdmitForm(StayForm):
    person = PersonField(label=gettext_lazy("Patient (MRN, typed or scanned)"))
    location = PlaceField()
    started_at = MomentField(label=gettext_lazy("When"), initial=now)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)
    triage = forms.ChoiceField(label=gettext_lazy("Triage"), required=False)
    arrival = forms.ChoiceField(
        label=gettext_lazy("Mode of arrival"),
        choices=[("", ""), *TriageAssessment.Arrival.choices],
        required=False,
        help_text=gettext_lazy("Kept with the triage."),
    )
    note = forms.CharField(label=gettext_lazy("Note to the triage"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in INJURIES:
            self.fields.update(_injury(number))
        scales = dict(TriageAssessment.Scale.choices)
        self.fields["triage"].choices = [  # type: ignore[attr-defined]
            ("", _("none")),
            *(
                (scales[scale], [(f"{scale}:{code}", _(said)) for code, said in found.items()])
                for scale, found in SCALES.items()
            ),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("triage") and (given.get("arrival") or given.get("note")):
            self.add_error("triage", _("Say how urgent they are, too: it is kept together."))
        for number in INJURIES:
            self._check_injury(number, given)
        return given

    def _check_injury(self, number: int, given: dict[str, Any]) -> None:
        line = {name: given.get(f"{name}_{number}") for name in INJURY}
        missing = [name for name in NEEDED if not line[name]]
        for name in missing if any(line.values()) else ():
            if f"{name}_{number}" not in self.errors:
                sentence = _("An injury has a site, a kind and a severity.")
                self.add_error(f"{name}_{number}", sentence)

    def without(self, *prefixes: str) -> None:
        """Leave out what somebody may not record."""
        for name in [name for name in self.fields if name.startswith(prefixes)]:
            del self.fields[name]

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The fields in groups: injuries are opened where there are any, or something is wrong."""
        groups = [("", [name for name in self.fields if name.rpartition("_")[0] not in INJURY])]
        for number in INJURIES:
            names = [f"{name}_{number}" for name in INJURY if f"{name}_{number}" in self.fields]
            groups += [(_("Injury %(number)d") % {"number": number}, names)] if names else []
        return [
            {
                "title": title,
                "fields": [self[name] for name in names],
                "is_open": any(self[name].errors or self[name].data for name in names),
            }
            for title, names in groups
        ]

    @property
    def stated(self) -> dict[str, Any]:
        """What the action takes, from a valid form."""
        data = self.cleaned_data
        found = {name: data[name] for name in ("person", "location", "started_at", "reason")}
        if data.get("triage"):
            scale, category = data["triage"].split(":")
            more = {"arrival": data["arrival"], "note": data["note"]}
            found["triaged"] = {"scale": scale, "category": category, **more}
        lines = [{name: data.get(f"{name}_{number}") for name in INJURY} for number in INJURIES]
        found["injured"] = [line for line in lines if line["site"]]
        return found


def _injury(number: int) -> dict[str, forms.Field]:
    """Return the fields of one injury found when somebody came."""
    kinds, severities = Injury.Kind.choices, Injury.Severity.choices
    site = forms.CharField(label=gettext_lazy("Site of the body"), max_length=80, required=False)
    side = forms.ChoiceField(
        label=gettext_lazy("Side"), choices=[("", ""), *Injury.Side.choices], required=False
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[("", ""), *kinds], required=False)
    severity = forms.TypedChoiceField(
        label=gettext_lazy("Severity"),
        choices=[("", ""), *((level, f"{level} ({said})") for level, said in severities)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    return {
        f"{name}_{number}": field
        for name, field in zip(INJURY, (site, side, kind, severity), strict=True)
    }


class TransferForm(StayForm):
    location = PlaceField(label=gettext_lazy("To"))
    moved_at = MomentField(label=gettext_lazy("When"), initial=now)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)


class DischargeForm(StayForm):
    ended_at = MomentField(label=gettext_lazy("When"), initial=now)
    disposition = forms.ChoiceField(
        label=gettext_lazy("How it ended"),
        choices=[one for one in Disposition.choices if one[0] != Disposition.TRANSFERRED],
    )
