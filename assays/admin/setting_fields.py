"""What one instrument does otherwise than its driver, field by field: no key has to be known.

The form keeps the settings of `assays.instruments.settings`. What has no field is written as JSON
beside them; what stands in a field goes before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from assays.admin.example_fields import choice, line, several
from assays.instruments import settings
from assays.instruments.schema import lines
from assays.instruments.schema.kinds import Wrong
from labsys.lib.json_fields import JsonField

PREFIX = "setting_"
_AS_DRIVER = ("", _("as its driver has it"))
_YES_NO = (_AS_DRIVER, ("yes", _("yes")), ("no", _("no")))
_COMMAS: Mapping[str, Mapping[str, bool]] = {
    "decimal": {"decimal_comma": True},
    "thousands": {"thousands_comma": True},
    "point": {"decimal_comma": False, "thousands_comma": False},
}
Reader = Callable[[str], Any]
Writer = Callable[[Any], str]
_TEXT: tuple[Reader, Writer] = (str.strip, str)
_TEXTS: tuple[Reader, Writer] = (lines.read_texts, lines.write_texts)
_TABLE: tuple[Reader, Writer] = (lines.read_table, lines.write_table)
_NUMBER: tuple[Reader, Writer] = (lambda text: int(text) if text else None, str)
_FLAG: tuple[Reader, Writer] = ({"yes": True, "no": False}.get, lambda on: "yes" if on else "no")
# A box that is not ticked says nothing: it is so without being set.
_BOX: tuple[Reader, Writer] = (lambda text: True if text == "True" else None, lambda on: on)  # type: ignore[assignment, return-value]
# How each key is read from its field, and written into it.
KINDS: Mapping[str, tuple[Reader, Writer]] = {
    **dict.fromkeys(
        ("sender", "specimen", "code", "charset", "corrections", "default_species"), _TEXT
    ),
    **dict.fromkeys(("order_answers", "tubes", "results"), _TEXT),
    **dict.fromkeys(("suffixes", "controls", "processing_ids", "patient_authorities"), _TEXTS),
    **dict.fromkeys(("words", "units", "units_of", "controls_at", "no_results_at"), _TABLE),
    **dict.fromkeys(("order_codes", "authorities", "species", "wards", "requesters"), _TABLE),
    **dict.fromkeys(("oldest_days", "waits_days", "frame_limit", "text_limit"), _NUMBER),
    **dict.fromkeys(("frame_numbers", "first_frame"), _NUMBER),
    **dict.fromkeys(("frameless", "checksum", "joins_records"), _FLAG),
    **dict.fromkeys(("downloads", "demographics"), _BOX),
}


_several = partial(several, rows=2)


def _number(label: Any, help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, help_text=help_text)


def _box(label: Any, help_text: Any = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=help_text)


class SettingFields(forms.Form):
    """Everything that can be set of one instrument."""

    setting_sender = line(
        _("Its name in messages"),
        "XN-1",
        _("H.5 or MSH-3, whole or one component; needed where several share an address."),
    )
    setting_specimen = line(
        _("Specimen's identifier"), "OBR-3", _("Its place, such as O.3.1, or OBR-3 in HL7.")
    )
    setting_suffixes = _several(
        _("What follows the identifier"), "&BARCODE", _("And is no part of it, a text a line.")
    )
    setting_code = line(
        _("Test's code"), "R.3.1", _("Its place, such as R.3.4, or OBX-3.1 in HL7.")
    )
    setting_units = _several(
        _("Spellings of units"),
        "Copies / mL = {copies}/mL",
        _("As it writes them, and the UCUM code, a line each."),
    )
    setting_units_of = _several(
        _("Units of tests that come without one"),
        "GLU = mmol/L",
        _("The test's code and the UCUM code, a line each."),
    )
    setting_words = _several(
        _("Result words"),
        "NEG = NOT_DETECTED",
        _("As it writes them, and the code of the answer, a line each. ERROR says that it failed."),
    )
    setting_comma = choice(
        _("A comma in a number"),
        (
            _AS_DRIVER,
            ("decimal", _("is a decimal sign: 60,96")),
            ("thousands", _("sets off thousands: 161,152")),
            ("point", _("is in doubt before three digits")),
        ),
    )
    setting_charset = line(
        _("Character set"), "8859/1", _("Where the message names none: UTF-8, 8859/1.")
    )
    setting_controls = _several(
        _("Names of control specimens"), "QC-*", _("A name a line; * is any characters.")
    )
    setting_controls_at = _several(
        _("Control material is where"), "O.16 = CTRL", _("A place and its text, a line each.")
    )
    setting_no_results_at = _several(
        _("No result is where"), "OBX-3.3 = 99RAW", _("A place and its text, a line each.")
    )
    setting_processing_ids = _several(
        _("Processing ids that are taken"),
        "P",
        _("H.12 or MSH-11, one a line; P and Q where nothing is said."),
    )
    setting_oldest_days = _number(
        _("Values held when older than"), _("Days; 30 where nothing is said.")
    )
    setting_waits_days = _number(
        _("Unknown specimens are waited for"), _("Days; 14 where nothing is said.")
    )
    setting_corrections = choice(
        _("Its corrections"),
        (("", _("are filed by the rules")), ("hold", _("are held for a person"))),
    )
    setting_downloads = _box(_("It is told what to measure without asking"))
    setting_demographics = _box(
        _("It is told whose specimens they are"), _("Number, name, date of birth, sex.")
    )
    setting_order_codes = _several(
        _("Codes it is ordered by"),
        "B12II = B12",
        _('The code it reports and the one it is ordered by, a line each; X = "": never ordered.'),
    )
    setting_frameless = choice(_("Without frames"), _YES_NO)
    setting_checksum = choice(_("Checksums"), _YES_NO)
    setting_frame_numbers = choice(
        _("Frame numbers"), (_AS_DRIVER, ("8", _("0 to 7")), ("10", _("0 to 9")))
    )
    setting_first_frame = choice(_("First frame"), (_AS_DRIVER, ("1", "1"), ("0", "0")))
    setting_frame_limit = _number(_("Longest frame"), _("Bytes; 64000 is the standard."))
    setting_text_limit = _number(_("Longest text sent"), _("Bytes of a frame; 240 is usual."))
    setting_joins_records = choice(_("Records share the frames that are sent"), _YES_NO)
    setting_authorities = _several(
        _("Assigning authorities"),
        "2.16.840.1.5 = STATION",
        _("As PID-3.4 has them, and their name here, a line each; MRN is our own number."),
    )
    setting_patient_authorities = _several(
        _("Whose numbers say who somebody is"), "STATION", _("One a line; empty: all of PID-3.")
    )
    setting_species = _several(
        _("Species"), "CANIS = dog", _("As PID-35 has them, and their code here, a line each.")
    )
    setting_default_species = line(
        _("Species where none is said"), "human", _("Empty: such a message is held.")
    )
    setting_wards = _several(
        _("Wards"), "3 WEST = ward-3w", _("As PV1-3.1 has them, and the place's code, a line each.")
    )
    setting_requesters = _several(
        _("Requesters"), "D7 = ida", _("As ORC-12 has them, and their login, a line each.")
    )
    setting_order_answers = choice(
        _("Answers to its orders"),
        (
            ("", _("where the message asks for them")),
            ("always", _("always")),
            ("never", _("never")),
        ),
    )
    setting_tubes = choice(
        _("Tubes that the hospital labels"),
        (
            ("", "SPM-2"),
            ("ORC-2", _("ORC-2, the placer number")),
            ("ORC-3", _("ORC-3, the filler number")),
            ("ORC-4", _("ORC-4, the group number")),
            ("none", _("none")),
        ),
        _("Where an order names the tube."),
    )
    setting_results = choice(
        _("Results it is told"),
        (("", _("of the orders it placed")), ("all", _("all")), ("none", _("none"))),
    )
    settings = JsonField(
        label=_("Further, as JSON"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_(
            'Settings of another installation, such as {"sender": "XN-1", "controls": ["QC-*"]}. '
            "What stands in a field goes before it."
        ),
    )

    def clean_settings(self) -> dict[str, Any]:
        given = self.cleaned_data["settings"]
        if given and not isinstance(given, dict):
            raise forms.ValidationError(_("Write an object: { ... }."))
        return given or {}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        own = {key: one for key in KINDS if (one := self._said(key, cleaned)) not in _NOTHING}
        own |= _COMMAS.get(cleaned.get(f"{PREFIX}comma", ""), {})
        for name in [name for name in cleaned if name.startswith(PREFIX)]:
            del cleaned[name]
        if "settings" in cleaned:
            cleaned["settings"] = {**cleaned["settings"], **own}
        return cleaned

    def _said(self, key: str, cleaned: Mapping[str, Any]) -> Any:
        """Return what a field sets, or nothing; what cannot be is said beside it."""
        name = f"{PREFIX}{key}"
        given = cleaned.get(name)
        try:
            found = KINDS[key][0]("" if given is None else str(given).replace("\x00", ""))
            if found not in _NOTHING:
                settings.read({key: found})
        except Wrong as wrong:
            self.add_error(name, _sentence(_now(wrong.message) % wrong.params))  # noqa: INT002
        except settings.SettingRefused as refused:
            self.add_error(name, _sentence(str(refused.params["why"])))
        else:
            return found
        return None


_NOTHING: tuple[Any, ...] = (None, "", [], {})


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def initial(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form shows of settings: in its fields what has one, the rest as JSON."""
    rest = dict(found)
    shown: dict[str, Any] = {}
    for chosen, said in _COMMAS.items():
        if all(key in rest and rest[key] is one for key, one in said.items()):
            shown[f"{PREFIX}comma"] = chosen
            rest = {key: one for key, one in rest.items() if key not in said}
    for key, (_read, write) in KINDS.items():
        if key in rest and _is_shown(key, rest[key]):
            shown[f"{PREFIX}{key}"] = write(rest.pop(key))
    return {**shown, "settings": rest or None}


def _is_shown(key: str, value: Any) -> bool:
    """Return whether the field of a key says just this; what it cannot say stays as JSON."""
    read, write = KINDS[key]
    field, text = SettingFields.base_fields[f"{PREFIX}{key}"], str(write(value))
    if isinstance(field, forms.ChoiceField) and not field.valid_value(text):
        return False
    return bool(read(text) == value)


def said(found: Mapping[str, Any]) -> list[tuple[Any, str]]:
    """Return settings for reading, each by the label of its field."""
    shown = initial(found)
    rest = shown.pop("settings") or {}
    fields = SettingFields.base_fields
    rows = [(fields[name].label, _chosen(fields[name], text)) for name, text in shown.items()]
    return rows + [(key, str(one)) for key, one in rest.items()]


def _chosen(field: forms.Field, text: Any) -> str:
    if isinstance(field, forms.BooleanField):
        return str(_("yes") if text else _("no"))
    options = dict(field.choices) if isinstance(field, forms.ChoiceField) else {}  # type: ignore[arg-type]
    return str(options.get(text, text)).replace("\n", "; ")


def _names(*keys: str) -> tuple[str, ...]:
    return tuple(f"{PREFIX}{key}" for key in keys)


# The parts of the form, the first open and the others to be opened.
SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        _("What it writes otherwise"),
        _names(
            *("specimen", "suffixes", "code", "units", "units_of", "words", "comma", "charset"),
        ),
    ),
    (
        _("What is no patient's result, and what is held"),
        _names(
            *("controls", "controls_at", "no_results_at", "processing_ids"),
            *("oldest_days", "waits_days", "corrections"),
        ),
    ),
    (_("What it is told"), _names("downloads", "demographics", "order_codes")),
    (
        _("How it frames (ASTM), where it differs"),
        _names(
            *("frameless", "checksum", "frame_numbers", "first_frame", "frame_limit"),
            *("text_limit", "joins_records"),
        ),
    ),
    (
        _("Of a hospital's system"),
        _names(
            *("authorities", "patient_authorities", "species", "default_species", "wards"),
            *("requesters", "order_answers", "tubes", "results"),
        ),
    ),
    (_("Further"), ("settings",)),
)
assert {*KINDS, "decimal_comma", "thousands_comma"} == set(settings.KEYS)
