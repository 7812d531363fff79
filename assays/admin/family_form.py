"""The form by which a family of instruments is declared: a field for each thing that differs.

What is left empty stays as the driver it starts from has it. Everything else that can be declared
is written as JSON beside it, and so is a declaration of another laboratory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now

from assays.admin.family_fields import FamilyFields
from assays.instruments.schema import lines
from assays.instruments.schema.families import LINK
from assays.instruments.schema.kinds import Wrong
from labsys.lib.admin import RecordForm

_DIALECTS = ("astm", "hl7")
_CHOSEN: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "comma": {
        "point": {"decimal_comma": False, "thousands_comma": False},
        "decimal": {"decimal_comma": True, "thousands_comma": False},
        "thousands": {"decimal_comma": False, "thousands_comma": True},
    },
    "filled_up": {"blanks": {"padding": " "}, "nothing": {"padding": ""}},
    "names_patient": {"no": {"patient": None}},
}
_FRAMING: Mapping[str, Mapping[str, Any]] = {
    "frameless": {"yes": True, "no": False},
    "checksum": {"yes": True, "no": False},
    "frame_numbers": {"8": 8, "10": 10},
    "first_frame": {"1": 1, "0": 0},
    "joins_records": {"yes": True, "no": False},
}
_LIMITS = ("frame_limit", "text_limit")


class FamilyForm(FamilyFields, RecordForm):
    """A family, or the next version of one."""

    def clean_further(self) -> dict[str, Any]:
        given = self.cleaned_data["further"]
        if given is None:
            return {}
        if not isinstance(given, dict):
            raise forms.ValidationError(_now("Write an object: { ... }."))
        return given

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        given = cleaned.get("further") or {}
        if "declaration" in given:
            base = given.get("base")
            if base and base != cleaned.get("base"):
                words = _now("It was declared over %(base)s: start from that driver.")
                self.add_error("base", words % {"base": base})
            given = given["declaration"]
        cleaned["declaration"] = self._merged(given, cleaned) if isinstance(given, dict) else {}
        return cleaned

    def _merged(self, given: Mapping[str, Any], cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Return the declaration: what is in the fields goes before what is given as JSON."""
        name = str(cleaned.get("dialect", "")).lower()
        own, link = self._own(cleaned), self._link(cleaned)
        merged = dict(given)
        if own or name not in merged:
            merged[name] = {**_object(given, name), **own}
        if link:
            merged["link"] = {**_object(given, "link"), **link}
        if named := self._read("names", lines.read_texts, cleaned):
            merged["names"] = named
        return merged

    def _own(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        own: dict[str, Any] = {}
        for field, (read, _write) in FIELDS.items():
            if (found := self._read(field, read, cleaned)) not in (None, "", [], {}):
                own[_KEYS.get(field, field)] = found
        for field, meanings in _CHOSEN.items():
            own |= meanings.get(cleaned.get(field, ""), {})
        return own

    def _link(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        link = {
            field: meanings[chosen]
            for field, meanings in _FRAMING.items()
            if (chosen := cleaned.get(field, "")) in meanings
        }
        return link | {name: cleaned[name] for name in _LIMITS if cleaned.get(name)}

    def _read(self, field: str, read: Callable[[str], Any], cleaned: Mapping[str, Any]) -> Any:
        try:
            return read(str(cleaned.get(field, "")).replace("\x00", ""))
        except Wrong as wrong:
            said = _now(wrong.message) % wrong.params  # noqa: INT002
            words = _now("“%(field)s”: %(why)s.")
            self.add_error(field, words % {"field": self.fields[field].label, "why": said})  # type: ignore[attr-defined]
            return None


def _object(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = given.get(name)
    return found if isinstance(found, dict) else {}


def _first(text: str) -> str:
    return text.strip()


# Keys that a field of the form cannot be called by: the version has a status of its own.
_KEYS = {"result_status": "status"}
# How what is declared under each of these keys is read from its field, and written into it.
FIELDS: Mapping[str, tuple[Callable[[str], Any], Callable[[Any], str]]] = {
    **dict.fromkeys(
        ("specimen", "code", "ordered", "value", "unit", "observed_at"),
        (lines.read_places, lines.write_places),
    ),
    **dict.fromkeys(("flags", "result_status", "charset", "code_ends_at"), (_first, str)),
    **dict.fromkeys(
        ("words", "units", "units_of", "statuses"), (lines.read_table, lines.write_table)
    ),
    **dict.fromkeys(
        ("control", "supplement", "questionable"), (lines.read_rules, lines.write_rules)
    ),
    **dict.fromkeys(("specimen_suffixes", "control_names"), (lines.read_texts, lines.write_texts)),
}


def initial(declaration: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form shows of a declaration: in its fields what has one, the rest as JSON."""
    said = [one for one in _DIALECTS if isinstance(declaration.get(one), dict)]
    # A dialect that is null is not spoken: that has no field, and stays as JSON.
    name = next(iter([*said, *(one for one in _DIALECTS if one not in declaration)]), "astm")
    shown: dict[str, Any] = {"dialect": name.upper()}
    own = dict(_object(declaration, name))
    for field, (_read, write) in FIELDS.items():
        if (key := _KEYS.get(field, field)) in own:
            shown[field] = write(own.pop(key))
    for field, meanings in _CHOSEN.items():
        for chosen, said in meanings.items():
            if all(key in own and own[key] == one for key, one in said.items()):
                shown[field] = chosen
                own = {key: one for key, one in own.items() if key not in said}
    link = dict(_object(declaration, "link"))
    for field, values in _FRAMING.items():
        for chosen, one in values.items():
            if field in link and link[field] == one and isinstance(link[field], type(one)):
                shown[field] = chosen
                del link[field]
    shown |= {name: link.pop(name) for name in _LIMITS if name in link}
    rest = {key: one for key, one in declaration.items() if key not in (name, "link", "names")}
    rest |= {key: one for key, one in ((name, own), ("link", link)) if one}
    if "names" in declaration:
        shown["names"] = lines.write_texts(declaration["names"])
    return {**shown, "further": rest or None}


assert {*_FRAMING, *_LIMITS} == set(LINK)
